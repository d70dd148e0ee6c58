import { once } from 'node:events'
import http from 'node:http'
import type { Duplex } from 'node:stream'
import t from 'tap'

import { revised, UNKNOWN } from '../../../lib/rehearsal/alb/opinion'
import { ask, checks, gone, rig, served, until } from './rig'

t.jobs = 8

const named = (name: string): http.RequestListener => (_request, response) => { response.end(name) }
const thresholds = { ...checks, unhealthyThreshold: 3, healthyThreshold: 2 }
/** What is thought after such checks: `+` passed, `-` failed. */
const after = (results: string): string => [...results].reduce((opinion, result) => revised(opinion, result === '+', thresholds), UNKNOWN).health

t.test('the first success makes a new target healthy, and failures do not make it unhealthy', async (t) => {
  t.equal(after(''), 'initial')
  t.equal(after('----'), 'initial')
  t.equal(after('----+'), 'healthy')
})

t.test('it takes as many failures in a row to be unhealthy, and as many successes to be healthy again, as the thresholds say', async (t) => {
  t.equal(after('+--'), 'healthy')
  t.equal(after('+--+--'), 'healthy')
  t.equal(after('+---'), 'unhealthy')
  t.equal(after('+---+-+'), 'unhealthy')
  t.equal(after('+---++'), 'healthy')
})

t.test('an unhealthy target gets no requests while another is healthy, and gets them again when it has recovered', async (t) => {
  const [one, two] = [await served(t, named('one')), await served(t, named('two'))]
  const { ports, serving, opinion, health } = await rig(t)
  await Promise.all([serving(1, one.port), serving(2, two.port)])

  one.health = 503
  await until(() => opinion(1) === 'unhealthy')
  const without = [await ask(ports[0]!), await ask(ports[0]!)]
  one.health = 200
  await until(() => opinion(1) === 'healthy')
  const both = [await ask(ports[0]!), await ask(ports[0]!)]

  t.strictSame(without.map(({ body }) => body), ['two', 'two'])
  t.strictSame(both.map(({ body }) => body).sort(), ['one', 'two'])
  t.strictSame(health.filter(({ task }) => task === 1).map((record) => record.health), ['initial', 'healthy', 'unhealthy', 'healthy'])
})

t.test('a check that is not answered in time has failed', async (t) => {
  const target = await served(t, named('a'))
  const { serving, opinion } = await rig(t, { healthCheck: { ...checks, timeoutSeconds: 0.02 } })
  await serving(1, target.port)

  target.health = 0

  await until(() => opinion(1) === 'unhealthy')
  t.pass()
})

t.test('where no target is healthy, all that are registered get requests', async (t) => {
  const [one, two] = [await served(t, named('one')), await served(t, named('two'))]
  const { ports, serving, opinion, records } = await rig(t)
  await Promise.all([serving(1, one.port), serving(2, two.port)])

  one.health = two.health = 503
  await until(() => opinion(1) === 'unhealthy' && opinion(2) === 'unhealthy')
  const answers = [await ask(ports[0]!, '/', { id: 'a' }), await ask(ports[0]!, '/', { id: 'b' })]

  t.strictSame(answers.map(({ body }) => body).sort(), ['one', 'two'])
  t.match(await records(2), [{ health: 'unhealthy' }, { health: 'unhealthy' }])
})

t.test('each node has checks and an opinion of its own', async (t) => {
  const target = await served(t, named('a'))
  target.server.prependListener('request', (request: http.IncomingMessage) => {
    target.health = request.socket.remoteAddress === '127.0.1.2' && grudge ? 503 : 200
  })
  let grudge = false
  const { serving, opinion } = await rig(t, { nodes: 2 })
  await serving(1, target.port)

  grudge = true
  await until(() => opinion(1, 1) === 'unhealthy')

  t.equal(opinion(1, 0), 'healthy')
})

t.test('a node sends nothing new to a target once it has looked away, and each does so after its own lag', async (t) => {
  const target = await served(t, named('a'))
  const { balancer, ports, serving, health } = await rig(t, { nodes: 2, lag: [200, 1_500], seed: 15 }) // 300 ms and 1,300 ms
  await serving(1, target.port)
  const away = (node: number): boolean => health.some((record) => record.node === node && record.health === 'draining')

  balancer.deregister(1)
  const before = await Promise.all(ports.map((port) => ask(port)))
  await until(() => away(0))
  const between = await Promise.all(ports.map((port) => ask(port)))
  await until(() => away(1))
  const after = await Promise.all(ports.map((port) => ask(port)))

  t.strictSame(before.map(({ status }) => status), [200, 200])
  t.strictSame(between.map(({ status }) => status), [503, 200])
  t.strictSame(after.map(({ status }) => status), [503, 503])
})

t.test('what is in flight goes on for the deregistration delay, and what is left then is cut', async (t) => {
  const held = new Map<string, http.ServerResponse>()
  const target = await served(t, ({ url }, response) => {
    held.set(url!, response)
    if (url === '/begun') response.write('half')
  })
  const { ports, serving, away, records } = await rig(t, { deregistrationDelay: 300 })
  await serving(1, target.port)

  const answers = ['/finishes', '/waits', '/begun'].map((path) => ask(ports[0]!, path, { id: path }))
  await until(() => held.size === 3)
  await away(1)
  held.get('/finishes')!.end('done')

  t.match(await Promise.all(answers), [
    { status: 200, body: 'done', whole: true },
    { status: 502, headers: { 'x-rehearsal-cause': 'the deregistration delay is over' } },
    { status: 200, body: 'half', whole: false }
  ])
  const written = await records(3)
  const record = (id: string) => written.find((one) => one.id === id)!
  t.match(record('/waits'), { outcome: 'cut-before-header', health: 'healthy' })
  t.match(record('/begun'), { outcome: 'cut' })
  t.ok(record('/waits').ended - record('/finishes').ended >= 250, 'it was left alone for the delay')
})

for (const checksWhileDraining of [true, false]) {
  t.test(`a target that drains is ${checksWhileDraining ? 'checked on' : 'not checked any more'} where that is asked for, and stays draining`, async (t) => {
    const [leaving, staying] = [await served(t, named('a')), await served(t, named('b'))]
    const { serving, away, opinion } = await rig(t, { checksWhileDraining })
    await Promise.all([serving(1, leaving.port), serving(2, staying.port)])

    await away(1)
    await until(() => staying.checked.length % 2 === 0)
    const before = leaving.checked.length
    const others = staying.checked.length
    await until(() => staying.checked.length >= others + 4)

    t.equal(leaving.checked.length > before + 1, checksWhileDraining)
    t.equal(opinion(1), 'draining')
  })
}

t.test('idle connections to a target that drains stay open until the delay is over', async (t) => {
  const target = await served(t, named('a'))
  const { ports, serving, away } = await rig(t, { deregistrationDelay: 500 })
  await serving(1, target.port)
  await ask(ports[0]!)
  const { socket } = target.asked[0]!

  await away(1)
  const open = !socket.destroyed && !socket.readableEnded
  await gone(socket)

  t.ok(open)
})

for (const oneWayDelay of [0, 1]) {
  t.test(`an upgraded connection is passed through, and cut when the deregistration delay is over, with a delay of ${oneWayDelay} ms`, async (t) => {
    const target = await served(t, named('a'))
    target.server.on('upgrade', (_request, socket: Duplex) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
      socket.on('error', () => {}).pipe(socket)
    })
    const { ports, serving, away, records } = await rig(t, { oneWayDelay, deregistrationDelay: 100 })
    await serving(1, target.port)

    const request = http.get({
      port: ports[0], host: '127.0.0.1', agent: false, headers: { connection: 'Upgrade', upgrade: 'echo', 'x-rehearsal-id': 'a' }
    })
    const [response, socket] = await once(request, 'upgrade') as [http.IncomingMessage, Duplex]
    socket.on('error', () => {}).write('hello')
    const [echoed] = await once(socket, 'data')
    await away(1)
    socket.write('again')
    const [echoedAgain] = await once(socket, 'data')
    await once(socket.resume(), 'close')

    t.match(response, { statusCode: 101, headers: { upgrade: 'echo' } })
    t.equal(String(echoed) + String(echoedAgain), 'helloagain')
    t.match(await records(1), [{ id: 'a', outcome: 'cut', status: 101, cause: 'the deregistration delay is over' }])
  })
}

t.test('an upgrade that the target refuses is answered as the target does', async (t) => {
  const target = await served(t, (_request, response) => { response.writeHead(403).end('no') })
  const { ports, serving } = await rig(t)
  await serving(1, target.port)

  const answer = await ask(ports[0]!, '/', { headers: { connection: 'Upgrade', upgrade: 'echo' } })

  t.match(answer, { status: 403, body: 'no', whole: true })
})
