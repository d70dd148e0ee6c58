import t, { type Test } from 'tap'

import { Balancer, type BalancerOptions } from '../../lib/rehearsal/balancer'
import { get } from '../helpers/http'
import { asked, checkedOnce, deadPort, listening, named, until } from './fixtures/servers'

t.jobs = 8

const never = new AbortController().signal

/** Two nodes that learn at once. */
async function balancer (t: Test, options: Partial<BalancerOptions> = {}): Promise<{ balancer: Balancer, ports: number[] }> {
  const healthCheck = { ...checkedOnce, intervalSeconds: 0.1 } // the first check falls somewhere in the interval
  const made = new Balancer({ nodes: 2, healthCheck, lag: [0, 0], deregistrationDelay: 0, seed: 1, ...options })
  t.teardown(() => made.close())
  return { balancer: made, ports: await made.listen() }
}

/** A healthy target that has a request in flight through the first node, and answers it when told to. */
async function withOneInFlight (t: Test, options: Partial<BalancerOptions>) {
  let answer = (): void => {}
  const server = await listening(t, ({ url }, response) => {
    if (url === '/held') answer = () => response.end('late')
    else response.end()
  })
  const { balancer: alb, ports: [port] } = await balancer(t, options)
  alb.register(server.port)
  await alb.healthy(server.port, never)
  const inFlight = get(port!, '/held')
  await until(() => server.requests.some(({ url }) => url === '/held'))
  return { alb, target: server.port, port: port!, inFlight, answer: () => answer() }
}

/** Resolves once the node sends nothing more to its only target. */
async function lookedAway (port: number): Promise<void> {
  while ((await get(port, '/')).status !== 503);
}

t.test('each node connects from an address of its own', { buffered: true, skip: process.platform !== 'linux' && 'only 127.0.0.1 can be bound here' }, async (t) => {
  const addresses = new Set<string | undefined>()
  const server = await listening(t, (request, response) => {
    addresses.add(request.socket.remoteAddress)
    response.end()
  })
  const { balancer: alb, ports } = await balancer(t)

  alb.register(server.port)
  await alb.healthy(server.port, never)

  t.equal(ports.length, 2)
  t.strictSame([...addresses].sort(), ['127.0.0.1', '127.0.0.2'])
})

t.test('a target is healthy once every node says so', { buffered: true }, async (t) => {
  const server = await listening(t, named('one'))
  const { balancer: alb, ports } = await balancer(t)

  alb.register(server.port)
  await alb.healthy(server.port, never)

  t.equal(server.requests.length >= 2, true)
  for (const port of ports) t.match(await get(port, '/'), { body: 'one' })
})

t.test('who no longer waits for a target to become healthy is let go', { buffered: true }, async (t) => {
  const { balancer: alb } = await balancer(t)
  const port = await deadPort(t)
  alb.register(port)

  await t.rejects(alb.healthy(port, AbortSignal.timeout(1)), { name: 'AbortError' })
})

t.test('a deregistered target gets nothing new from any node', { buffered: true }, async (t) => {
  const [old, next] = [await listening(t, named('old')), await listening(t, named('next'))]
  const { balancer: alb, ports } = await balancer(t)
  for (const { port } of [old, next]) alb.register(port)
  await Promise.all([old, next].map(({ port }) => alb.healthy(port, never)))

  await alb.deregister(old.port)

  for (const port of [...ports, ...ports]) t.match(await get(port, '/'), { body: 'next' })
  t.strictSame(asked(old), [])
})

t.test('a node that has not learnt of it yet goes on sending', { buffered: true }, async (t) => {
  const server = await listening(t, named('old'))
  const { balancer: alb, ports } = await balancer(t, { lag: [60_000, 60_000] })
  alb.register(server.port)
  await alb.healthy(server.port, never)

  await alb.deregister(server.port)

  for (const port of ports) t.match(await get(port, '/'), { body: 'old' })
})

t.test('what is in flight may finish until the deregistration delay is over', { buffered: true }, async (t) => {
  const { alb, target, port, inFlight, answer } = await withOneInFlight(t, { deregistrationDelay: 60_000 })

  void alb.deregister(target)
  await lookedAway(port)
  answer()

  t.match(await inFlight, { status: 200, body: 'late' })
})

t.test('and is cut after it', { buffered: true }, async (t) => {
  const { alb, target, inFlight } = await withOneInFlight(t, { deregistrationDelay: 20 })

  await alb.deregister(target)

  t.match(await inFlight, { status: 502 })
})

t.test('a node that learns after the deregistration delay cuts nothing at the instant at which it learns', { buffered: true }, async (t) => {
  const { alb, target, port, inFlight, answer } = await withOneInFlight(t, { lag: [300, 300], deregistrationDelay: 250 })

  void alb.deregister(target)
  await lookedAway(port)
  answer()

  t.match(await inFlight, { status: 200, body: 'late' })
})
