import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { EventEmitter } from 'node:events'
import t, { type Test } from 'tap'

import ecsGraceful from '../lib/index'
import type { EcsGracefulOptions } from '../types/index'

/** A service that leaves signals alone and is closed with its test. */
async function service (t: Test, options: EcsGracefulOptions = {}, server: FastifyServerOptions = {}): Promise<FastifyInstance> {
  const app = Fastify(server)
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { signals: false, ...options })
  return app
}

/** Lines of a log, as objects. */
function logTo (lines: object[]): FastifyServerOptions {
  return { logger: { stream: { write: (line: string) => { lines.push(JSON.parse(line) as object) } } } }
}

t.test('phases follow each other while a service that never listens comes and goes', async (t) => {
  const app = await service(t)
  t.equal(app.ecsGraceful.phase, 'starting')

  await app.ready()
  t.equal(app.ecsGraceful.phase, 'ready')

  await app.close()
  t.equal(app.ecsGraceful.phase, 'closed')
})

t.test('a service under app.inject only is closed at once, with a report that says so', async (t) => {
  const lines: object[] = []
  const app = await service(t, {}, logTo(lines))
  t.match(await app.inject('/health'), { statusCode: 200, body: '{"status":"ok"}' })

  await app.close()

  const reports = lines.filter((line) => (line as { event?: string }).event === 'ecs-graceful-report')
  t.match(reports, [{ trigger: 'close', outcome: 'drained', left: 'skipped', exitCode: 0, clients: [], errors: [] }])
})

t.test('shutdown() of a service that does not listen skips the lame duck, and is one drain however often it is asked for', async (t) => {
  const app = await service(t)
  await app.ready()

  const [first, second] = await Promise.all([app.ecsGraceful.shutdown(), app.ecsGraceful.shutdown()])

  t.match(first, { trigger: 'shutdown', left: 'skipped', outcome: 'drained' })
  t.equal(first, second)
  t.equal(await app.ecsGraceful.shutdown(), first)
})

t.test('the signal aborts when draining begins, with a reason', async (t) => {
  const app = await service(t)
  await app.ready()
  t.notOk(app.ecsGraceful.signal.aborted)

  await app.ecsGraceful.shutdown()

  t.match(app.ecsGraceful.signal, { aborted: true, reason: { name: 'AbortError', message: 'draining has begun: shutdown' } })
})

t.test('an onDrain function that throws is named, and the others are called', async (t) => {
  const app = await service(t)
  const called: string[] = []
  app.ecsGraceful.onDrain(() => { throw new Error('no') })
  app.ecsGraceful.onDrain((trigger) => { called.push(trigger) })
  await app.ready()

  const report = await app.ecsGraceful.shutdown()

  t.strictSame(called, ['shutdown'])
  t.match(report, { outcome: 'failed', errors: [{ code: 'onDrain', message: 'no' }] })
})

t.test('track hands its work back', async (t) => {
  const app = await service(t)

  t.equal(await app.ecsGraceful.track('mail', Promise.resolve(42)), 42)
})

t.test('tracked work that fails while the task is ready is logged, and does not fail the drain', async (t) => {
  const lines: object[] = []
  const app = await service(t, {}, logTo(lines))
  await app.ready()

  await t.rejects(app.ecsGraceful.track('mail', Promise.reject(new Error('no'))), { message: 'no' })

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'drained', errors: [] })
  t.ok(lines.some((line) => (line as { work?: string }).work === 'mail'))
})

t.test('close() waits for tracked work', async (t) => {
  const app = await service(t)
  const done: string[] = []
  await app.ready()
  app.ecsGraceful.onDrain(async () => {
    await new Promise((resolve) => setImmediate(resolve))
    done.push('work')
  })

  await app.close()

  t.strictSame(done, ['work'])
})

t.test('health routes are told apart by their config, hidden from documentation and not cached', async (t) => {
  const configs: object[] = []
  const app = Fastify()
  t.teardown(() => app.close())
  app.addHook('onRoute', ({ url, config, schema, logLevel }) => { configs.push({ url, config, schema, logLevel }) })
  await app.register(ecsGraceful, { signals: false })

  t.match(configs.filter((route) => (route as { url: string }).url === '/health'), [
    { config: { ecsGraceful: 'ready', rateLimit: false }, schema: { hide: true }, logLevel: 'silent' },
    { config: { ecsGraceful: 'ready', rateLimit: false }, schema: { hide: true }, logLevel: 'silent' }
  ])
  t.match(await app.inject({ method: 'HEAD', url: '/health' }), { statusCode: 200, headers: { 'cache-control': 'no-store' } })
})

t.test('paths can be chosen, and health be left out', async (t) => {
  const chosen = await service(t, { health: { path: '/ready', livePath: false } })
  const none = await service(t, { health: false })

  t.equal((await chosen.inject('/ready')).statusCode, 200)
  t.equal((await chosen.inject('/health/live')).statusCode, 404)
  t.equal((await none.inject('/health')).statusCode, 404)
})

t.test('a health path that a route has is refused, whoever comes first', async (t) => {
  const before = Fastify()
  before.get('/health', async () => 'mine')
  const after = await service(t)

  await t.rejects(async () => await before.register(ecsGraceful, { signals: false }), { code: 'FST_ECS_HEALTH_PATH_TAKEN', message: /GET \/health:/ })
  t.throws(() => after.get('/health/live', async () => 'mine'), { code: 'FST_ECS_HEALTH_PATH_TAKEN', message: /health\.livePath/ })
})

t.test('a second registration is refused, on the same instance and on a child', async (t) => {
  const app = await service(t)

  await t.rejects(async () => await app.register(ecsGraceful, { signals: false }), { code: 'FST_ECS_ALREADY_REGISTERED' })
  const other = await service(t)
  await t.rejects(async () => await other.register(async (child) => { await child.register(ecsGraceful, { signals: false }) }), { code: 'FST_ECS_ALREADY_REGISTERED' })
})

t.test('options are refused at register', async (t) => {
  const app = Fastify()

  await t.rejects(async () => await app.register(ecsGraceful, { stopTimeout: 60 }), { code: 'FST_ECS_OPTION_INVALID', message: /did you mean 60000/ })
})

t.test('a server that cannot be drained is refused by name', async (t) => {
  const foreign = Fastify({ serverFactory: () => new EventEmitter() as never })

  await t.rejects(async () => await foreign.register(ecsGraceful), { code: 'FST_ECS_SERVER_UNSUPPORTED', message: /node:http2, and a serverFactory/ })
})

t.test('a built-in check without a client to ask is refused', async (t) => {
  const app = Fastify()
  await app.register(ecsGraceful, { signals: false, health: { checks: { pg: true } } })

  await t.rejects(async () => await app.ready(), { code: 'FST_ECS_OPTION_INVALID', message: /health\.checks\.pg/ })
})

t.test('a thousand probes at once run a check of the application\'s own once', async (t) => {
  let runs = 0
  const app = await service(t, { health: { details: true, checks: { queue: { check: async () => { runs++ }, critical: true } } } })

  const answers = await Promise.all(Array.from({ length: 1_000 }, () => app.inject('/health')))

  t.equal(runs, 1)
  t.strictSame([...new Set(answers.map(({ body }) => body))], ['{"status":"ok","phase":"ready","checks":{"queue":"ok"}}'])
})

t.test('a plugin that comes after its clients says so', async (t) => {
  const lines: object[] = []
  const app = Fastify(logTo(lines))
  t.teardown(() => app.close())
  app.decorate('redis', { quit: async () => 'OK', disconnect: () => {}, status: 'end' } as never)

  await app.register(ecsGraceful, { signals: false })

  t.match(lines, [{ level: 40, msg: /register fastify-ecs-graceful before/ }])
})
