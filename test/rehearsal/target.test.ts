import type http from 'node:http'
import t, { type Test } from 'tap'

import { Target, type TargetHealth } from '../../lib/rehearsal/target'
import { checkedOften, deadPort, listening, named, until, type Listening } from './fixtures/servers'

t.jobs = 8

const address = process.platform === 'linux' ? '127.0.0.7' : '127.0.0.1'

function targetOn (t: Test, port: number, timeoutSeconds = 2): Target {
  const target = new Target({ port, localAddress: address, healthCheck: { ...checkedOften, timeoutSeconds }, phase: 0 })
  t.teardown(() => target.cut())
  return target
}

/** What a target was taken for when each check arrived, if they are answered with `statuses` in turn. */
async function healths (t: Test, statuses: readonly number[]): Promise<TargetHealth[]> {
  const seen: TargetHealth[] = []
  const { port } = await listening(t, (_request, response) => {
    seen.push(target.health)
    response.writeHead(statuses[seen.length - 1] ?? 200).end()
  })
  const target = targetOn(t, port)
  await until(() => seen.length > statuses.length)
  target.leave()
  return seen.slice(0, statuses.length + 1)
}

/** Once this many further checks have come from another node, one's own would have come too. */
async function whileAnotherChecks (server: Listening, times: number): Promise<void> {
  const other = new Target({ port: server.port, localAddress: '127.0.0.1', healthCheck: { ...checkedOften, path: '/other' }, phase: 0 })
  await until(() => server.requests.filter(({ url }) => url === '/other').length > times)
  other.cut()
}

t.test('the first success makes a new target healthy, failures before it change nothing', { buffered: true }, async (t) => {
  t.strictSame(await healths(t, [200]), ['initial', 'healthy'])
  t.strictSame(await healths(t, [503, 503, 503, 200]), ['initial', 'initial', 'initial', 'initial', 'healthy'])
})

t.test('two failures in a row make it unhealthy, one does not', { buffered: true }, async (t) => {
  t.strictSame(await healths(t, [200, 503, 200, 503, 503]), ['initial', 'healthy', 'healthy', 'healthy', 'healthy', 'unhealthy'])
})

t.test('after that it takes two successes in a row', { buffered: true }, async (t) => {
  t.strictSame(await healths(t, [200, 503, 503, 200, 503, 200, 200]), [
    'initial', 'healthy', 'healthy', 'unhealthy', 'unhealthy', 'unhealthy', 'unhealthy', 'healthy'
  ])
})

t.test('nothing but 200 is a success', { buffered: true }, async (t) => {
  t.strictSame(await healths(t, [204, 302, 200]), ['initial', 'initial', 'initial', 'healthy'])
})

t.test('a check that is not answered in time is a failure', { buffered: true }, async (t) => {
  let answering = true
  const { port } = await listening(t, (_request, response) => { if (answering) response.end() })
  const target = targetOn(t, port, 0.02)
  await until(() => target.health === 'healthy')

  answering = false

  await until(() => target.health === 'unhealthy')
})

t.test('a check that is refused is a failure', { buffered: true }, async (t) => {
  const server = await listening(t, named('one'))
  const target = targetOn(t, server.port)
  await until(() => target.health === 'healthy')

  await server.close()

  await until(() => target.health === 'unhealthy')
})

t.test('a target that has never answered stays initial', { buffered: true }, async (t) => {
  const server = await listening(t, named('clock'))
  const target = targetOn(t, await deadPort(t))

  await whileAnotherChecks(server, 4)

  t.equal(target.health, 'initial')
})

t.test('checks come as an ALB sends them: one connection each, from the node\'s own address, and nobody forwarded them', { buffered: true }, async (t) => {
  const ports: unknown[] = []
  const server = await listening(t, ({ socket: { remoteAddress, remotePort } }, response) => {
    ports.push(remotePort)
    t.equal(remoteAddress, address)
    response.end()
  })
  targetOn(t, server.port)

  await until(() => server.requests.length === 3)

  t.equal(new Set(ports).size, 3)
  const check: Partial<http.IncomingHttpHeaders> = { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close', 'x-forwarded-for': undefined }
  for (const { method, url, headers } of server.requests) t.match({ method, url, headers }, { method: 'GET', url: '/health', headers: check })
})

t.test('a target that the node has left is checked no more', { buffered: true }, async (t) => {
  const server = await listening(t, named('one'))
  const target = targetOn(t, server.port)
  await until(() => target.health === 'healthy')

  target.leave()
  const before = server.requests.filter(({ url }) => url === '/health').length
  await whileAnotherChecks(server, 4)

  t.equal(server.requests.filter(({ url }) => url === '/health').length, before)
  t.equal(target.leaving, true)
})
