import Fastify from 'fastify'
import http, { type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'

import { deferred } from '../lib/core/deferred'
import ecsGraceful, { type EcsGracefulOptions } from '../lib/index'
import { agent } from './ecs/agent'
import { fargate } from './ecs/documents'
import { brisk, startService } from './helpers/child'
import { get, probe, Wire, type Answer } from './helpers/http'

// What SECURITY.md promises, test by test.

t.jobs = 4

/** A service that listens and leaves signals alone; `lines` is its log, as written. */
async function serve (t: Test, options: EcsGracefulOptions = {}) {
  const lines: string[] = []
  const app = Fastify({ logger: { stream: { write: (line: string) => { lines.push(line) } } } })
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { ...brisk, signals: false, ...options })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return { app, lines, port: (app.server.address() as AddressInfo).port }
}

/** As in ECS, with an agent that answers as it likes. */
async function inEcs (t: Test, answer: RequestListener): Promise<void> {
  const { uri } = await agent(t, answer)
  process.env.ECS_CONTAINER_METADATA_URI_V4 = uri
  t.teardown(() => { delete process.env.ECS_CONTAINER_METADATA_URI_V4 })
}

t.test('health says its status and nothing else, whatever goes wrong behind it', { buffered: true }, async (t) => {
  const checks = { db: { check: () => { throw new Error('password of admin@10.0.0.7 refused') }, critical: true } }
  const { app, port } = await serve(t, { health: { checks } })
  const ask = async (path: string): Promise<Answer> => await get(port, path)

  const failing = [await ask('/health'), await ask('/health?details=true'), await ask('/health/live')]
  const report = app.ecsGraceful.shutdown()
  const draining = await ask('/health')
  await report

  t.strictSame([...failing, draining].map(({ status, body }) => [status, body]), [
    [503, '{"status":"failing"}'], [503, '{"status":"failing"}'], [200, '{"status":"ok"}'], [503, '{"status":"draining"}']
  ])
  const plain = ['cache-control', 'connection', 'content-length', 'content-type', 'date', 'keep-alive']
  t.strictSame([...new Set([...failing, draining].flatMap(({ headers }) => Object.keys(headers)))].filter((name) => !plain.includes(name)), [])
})

t.test('no method, header, query or body of a probe changes what the task does', { buffered: true }, async (t) => {
  const { app, port } = await serve(t)
  const began: string[] = []
  app.ecsGraceful.onDrain((trigger) => { began.push(trigger) })
  const headers = {
    'user-agent': 'ELB-HealthChecker/2.0',
    'content-type': 'application/json',
    'x-http-method-override': 'DELETE',
    'x-amzn-trace-id': 'Root=1',
    upgrade: 'drain',
    connection: 'upgrade'
  }
  const body = JSON.stringify({ status: 'draining', phase: 'closed', ['__proto__']: { details: true } })
  const ask = (method: string, path: string): Promise<number> => new Promise((resolve, reject) => {
    const request = http.request({ port, host: '127.0.0.1', method, path, headers, agent: false }, (response) => resolve(response.resume().statusCode!))
    request.on('error', reject).end(method === 'HEAD' ? undefined : body)
  })

  const got: Record<string, number[]> = {}
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
    got[method] = [await ask(method, '/health?phase=draining&shutdown=1'), await ask(method, '/health/live')]
  }

  const { GET, HEAD, ...others } = got
  t.strictSame([GET, HEAD], [[200, 200], [200, 200]])
  t.strictSame([...new Set(Object.values(others).flat())].filter((status) => status < 400 || status >= 500), [])
  t.strictSame([app.ecsGraceful.phase, began, (await get(port, '/health')).body], ['ready', [], '{"status":"ok"}'])
})

t.test('nobody can be told to drain by HTTP: the routes are the two of health', { buffered: true }, async (t) => {
  const routes: string[] = []
  const app = Fastify()
  t.teardown(() => app.close())
  app.addHook('onRoute', ({ method, url }) => { routes.push(`${String(method)} ${url}`) })

  await app.register(ecsGraceful, { signals: false })
  await app.ready()

  t.strictSame(routes.toSorted(), ['GET /health', 'GET /health/live', 'HEAD /health', 'HEAD /health/live'])
  t.equal(app.server.listening, false, 'and it opens no listener of its own')
})

t.test('a thousand probes at once, over sockets, cost one check', { buffered: true }, async (t) => {
  const [asked, answered] = [deferred(), deferred()]
  let runs = 0
  const check = async (): Promise<void> => {
    runs++
    asked.resolve()
    await answered.promise
  }
  const { port } = await serve(t, { health: { cacheTime: 60_000, checks: { db: { check, critical: true } } } })
  const crowd = new http.Agent({ keepAlive: true, maxSockets: 200 })
  t.teardown(() => crowd.destroy())

  const probes = Array.from({ length: 1_000 }, () => get(port, '/health', { agent: crowd }))
  await asked.promise
  answered.resolve()

  t.strictSame([...new Set((await Promise.all(probes)).map(({ status, body }) => `${status} ${body}`))], ['200 {"status":"ok"}'])
  t.equal(runs, 1)
})

t.test('a probe that waits for a check when draining begins is answered, and does not hold the drain', { buffered: true }, async (t) => {
  const asked = deferred()
  const check = (): Promise<void> => {
    asked.resolve()
    return new Promise(() => {})
  }
  const { app, port } = await serve(t, { health: { checks: { db: { check, critical: true, timeout: 60_000 } } } })
  const probe = get(port, '/health')
  await asked.promise

  const report = app.ecsGraceful.shutdown()

  t.match(await probe, { status: 503, body: '{"status":"draining"}' })
  t.match(await report, { outcome: 'drained', left: 'quiet' })
})

t.test('probes that are slow, endless, unread or never finished do not hold the drain', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: { ...brisk, stopTimeout: 100_000, gracePeriod: 90_000 } })
  const open = (): Promise<Wire> => Wire.open(t, port)
  const [trickling, endless, unread, half, later] = await Promise.all([open(), open(), open(), open(), open()])
  const drip = (wire: Wire, text: string): NodeJS.Timeout => setInterval(() => { if (!wire.socket.destroyed) wire.write(text) }, 50)
  trickling.write('GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ')
  endless.write('GET /health HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n')
  unread.socket.pause()
  unread.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(5_000))
  half.write('GET /health HTTP/1.1\r\nHo')
  const dripping = [drip(trickling, 'a'), drip(endless, '1\r\na\r\n')]
  t.teardown(() => dripping.forEach(clearInterval))
  await endless.until('{"status":"ok"}')

  child.send('SIGTERM')
  await child.phase('closing')
  later.write('GET /health HTTP/1.1\r\nHost: x\r\nX-Slow: ')
  dripping.push(drip(later, 'a'))

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { outcome: 'drained', left: 'quiet', cut: { requests: [], upgraded: 0 } })
  // At the force point they would have been cut without a word.
  t.strictSame([trickling, endless, half, later].map(({ received }) => /HTTP\/1.1 408 /.test(received)), [true, true, true, true])
})

t.test('who plays ever more health checkers holds the lame duck to its limit and no longer', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: { ...brisk, maxDrainDelay: 1_500 } })
  let host = 1
  const probing = setInterval(() => { void probe(port, `127.0.0.${++host}`).catch(() => {}) }, 50)
  t.teardown(() => clearInterval(probing))

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { left: 'limit', outcome: 'drained' })
})

// One after the other from here: the address of the endpoint is the process's.

t.test('what the metadata endpoint says writes no lines of its own into the log, and names nothing', async (t) => {
  const forged = '42"}\n{"level":60,"msg":"forged"}\r\n\u001b[2J\u009b2J\u2028\u202e%s %j $(id)'
  await inEcs(t, ({ url }, response) => {
    response.end(JSON.stringify(url!.endsWith('/task')
      ? { ...fargate.task, Revision: forged, Family: forged, AvailabilityZone: forged, TaskARN: `${fargate.task.TaskARN}`, constructor: forged }
      : { ...fargate.container, Name: forged }))
  })
  const { app, lines } = await serve(t, { drainDelay: 0, quietPeriod: 0, health: { details: true } })

  await app.ecsGraceful.shutdown()

  t.match(app.ecsGraceful.task, { id: '0f1e2d3c4b5a69788796a5b4c3d2e1f0', family: undefined, revision: undefined, zone: undefined, container: { name: undefined } })
  t.ok(lines.length > 3)
  // eslint-disable-next-line no-control-regex -- they are what must not be there
  t.strictSame(lines.filter((line) => /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]|\n./.test(line)), [])
  t.strictSame(lines.map((line) => (JSON.parse(line) as { level: number }).level).filter((level) => level > 30), [])
  t.notMatch(lines.join(''), 'forged')
})

t.test('an ARN that is not printable is no task\'s', async (t) => {
  await inEcs(t, (_request, response) => { response.end(JSON.stringify({ ...fargate.task, TaskARN: `${fargate.task.TaskARN}\n{"forged":true}` })) })

  const { app, lines } = await serve(t)

  t.equal(app.ecsGraceful.task, null)
  t.equal(lines.filter((line) => line.includes('what it describes is no task')).length, 1)
  t.notMatch(lines.join(''), 'forged')
})

t.test('metadata cannot reach the prototype of anything', async (t) => {
  const poisoned = `{"__proto__":{"TaskARN":"${fargate.task.TaskARN}","polluted":true},"constructor":{"prototype":{"polluted":true}}}`
  await inEcs(t, (_request, response) => { response.end(poisoned) })

  const { app } = await serve(t)

  t.equal(app.ecsGraceful.task, null)
  t.equal((({}) as { polluted?: true }).polluted, undefined)
})
