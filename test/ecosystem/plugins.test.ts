import autoload from '@fastify/autoload'
import helmet from '@fastify/helmet'
import httpProxy from '@fastify/http-proxy'
import jwt from '@fastify/jwt'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import underPressure from '@fastify/under-pressure'
import Fastify, { type FastifyInstance } from 'fastify'
import { mkdirSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import t, { type Test } from 'tap'

import { deferred } from '../../lib/core/deferred'
import ecsGraceful, { type EcsGracefulOptions } from '../../lib/index'
import { brisk } from '../helpers/child'
import { get, probe } from '../helpers/http'

t.jobs = 4

type Setup = (app: FastifyInstance) => unknown

/** A service of this plugin, registered first, and of another; it leaves signals alone. */
async function service (t: Test, another: Setup, options: EcsGracefulOptions = {}): Promise<FastifyInstance> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { ...brisk, signals: false, ...options })
  await another(app)
  app.get('/', async () => ({ hello: 'world' }))
  return app
}

async function listen (app: FastifyInstance): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  return (app.server.address() as AddressInfo).port
}

/** The statuses of some paths. */
async function statuses (app: FastifyInstance, ...urls: string[]): Promise<number[]> {
  const answers = await Promise.all(urls.map((url) => app.inject(url)))
  return answers.map(({ statusCode }) => statusCode)
}

const overloaded: Setup = (app) => app.register(underPressure, { healthCheck: async () => false, healthCheckInterval: 60_000 })

t.test('@fastify/under-pressure: a task under pressure refuses requests, and is not replaced for it', { buffered: true }, async (t) => {
  const app = await service(t, overloaded)

  t.strictSame(await statuses(app, '/', '/health', '/health/live'), [503, 200, 200])
})

t.test('@fastify/under-pressure: a check tells readiness of the pressure, as grave as the check is', { buffered: true }, async (t) => {
  const check = (app: FastifyInstance): void => { if (app.isUnderPressure()) throw new Error('under pressure') }
  const grave = { health: { checks: { pressure: { check, critical: true } } } }
  const told = await service(t, overloaded, { health: { details: true, checks: { pressure: check } } })
  const critical = await service(t, overloaded, grave)
  const relaxed = await service(t, (app) => app.register(underPressure, { maxHeapUsedBytes: Infinity }), grave)

  await told.inject('/health')

  t.match((await told.inject('/health')).json(), { status: 'ok', checks: { pressure: 'failing' } })
  t.strictSame((await critical.inject('/health')).json(), { status: 'failing' })
  t.strictSame(await statuses(critical, '/health/live'), [200])
  t.strictSame(await statuses(relaxed, '/health'), [200])
})

t.test('@fastify/under-pressure: its status route lies beside the health routes, and is refused on one of theirs', { buffered: true }, async (t) => {
  const app = await service(t, (app) => app.register(underPressure, { exposeStatusRoute: true }))
  const clashing = await service(t, () => {})

  t.strictSame(await statuses(app, '/status', '/health'), [200, 200])
  await t.rejects(async () => await clashing.register(underPressure, { exposeStatusRoute: '/health' }), { code: 'FST_ECS_HEALTH_PATH_TAKEN', message: /GET \/health:/ })
})

t.test('@fastify/rate-limit: health routes are not limited, whoever is registered first', { buffered: true }, async (t) => {
  const limit: Setup = (app) => app.register(rateLimit, { max: 1 })
  const after = await service(t, limit)
  const before = Fastify()
  t.teardown(() => before.close())
  await limit(before)
  await before.register(ecsGraceful, { signals: false })
  before.get('/', async () => ({ hello: 'world' }))

  for (const app of [after, before]) {
    t.strictSame(await statuses(app, '/health', '/health', '/health/live', '/health/live', '/'), [200, 200, 200, 200, 200])
    t.strictSame(await statuses(app, '/'), [429])
  }
})

t.test('@fastify/jwt: a hook that guards everything lets health routes pass by their config, and nothing else', { buffered: true }, async (t) => {
  const app = await service(t, async (app) => {
    await app.register(jwt, { secret: 'only for this test' })
    app.addHook('onRequest', async (request) => {
      if (request.routeOptions.config.ecsGraceful) return
      await request.jwtVerify()
    })
  })
  await app.ready()
  const authorization = `Bearer ${app.jwt.sign({ user: 1 })}`

  t.strictSame(await statuses(app, '/health', '/health/live', '/', '/health/', '/nowhere'), [200, 200, 401, 401, 401])
  t.equal((await app.inject({ url: '/', headers: { authorization } })).statusCode, 200)
})

t.test('@fastify/jwt: a hook that makes no exception answers 401 to health checks', { buffered: true }, async (t) => {
  const app = await service(t, async (app) => {
    await app.register(jwt, { secret: 'only for this test' })
    app.addHook('onRequest', async (request) => { await request.jwtVerify() })
  })

  t.strictSame(await statuses(app, '/health', '/health/live'), [401, 401])
})

t.test('@fastify/swagger: the document has the service\'s routes, and not those of health', { buffered: true }, async (t) => {
  const after = await service(t, (app) => app.register(swagger, { openapi: {} }))
  const before = Fastify()
  t.teardown(() => before.close())
  await before.register(swagger, { openapi: {} })
  await before.register(ecsGraceful, { signals: false })
  before.get('/', async () => ({ hello: 'world' }))
  await Promise.all([after.ready(), before.ready()])

  // swagger sees routes that come after it, of which those of health are none if it is registered second.
  for (const app of [after, before]) t.strictSame(Object.keys(app.swagger().paths ?? {}), ['/'])
})

t.test('@fastify/helmet: health has its headers, is still not to be cached, and answers say close while draining', { buffered: true }, async (t) => {
  const app = await service(t, (app) => app.register(helmet))
  const port = await listen(app)
  const ready = await probe(port)

  const report = app.ecsGraceful.shutdown()
  const [draining, answer] = [await probe(port), await get(port, '/')]

  t.match(ready, { status: 200, headers: { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } })
  t.match(draining, { status: 503, body: '{"status":"draining"}', headers: { 'cache-control': 'no-store' } })
  t.match(answer, { status: 200, headers: { connection: 'close', 'x-content-type-options': 'nosniff' } })
  t.match(await report, { outcome: 'drained' })
})

t.test('@fastify/http-proxy: what is proxied is finished and says close, and health is not the upstream\'s', { buffered: true }, async (t) => {
  const [asked, answer] = [deferred(), deferred()]
  const upstream = Fastify()
  t.teardown(() => upstream.close())
  upstream.get('/slow', async (_request, reply) => {
    asked.resolve()
    await answer.promise
    return await reply.header('connection', 'keep-alive').send({ from: 'upstream' })
  })
  upstream.get('/health', async () => ({ from: 'upstream' }))
  const target = await listen(upstream)
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { ...brisk, signals: false })
  await app.register(httpProxy, { upstream: `http://127.0.0.1:${target}`, prefix: '/' })
  const port = await listen(app)
  const inFlight = get(port, '/slow')
  await asked.promise

  const report = app.ecsGraceful.shutdown()
  const health = await probe(port)
  answer.resolve()

  t.match(health, { status: 503, body: '{"status":"draining"}' })
  t.match(await inFlight, { status: 200, body: '{"from":"upstream"}', headers: { connection: 'close' } })
  t.match(await get(port, '/slow'), { status: 200, headers: { connection: 'close' } })
  t.match(await report, { outcome: 'drained', served: 2 })
})

t.test('@fastify/autoload: a file that sorts first is the plugin, for every plugin and route that is loaded after it', { buffered: true }, async (t) => {
  const folder = t.testdir({ plugins: {}, routes: {} })
  const door = path.join(__dirname, '../../lib/index')
  writeFileSync(path.join(folder, 'plugins/00-ecs-graceful.js'), `
    module.exports = require(${JSON.stringify(door)})
    module.exports.autoConfig = ${JSON.stringify({ ...brisk, signals: false })}`)
  writeFileSync(path.join(folder, 'plugins/queue.js'), `
    module.exports = async (app) => { app.decorate('queue', app.ecsGraceful.phase) }
    module.exports[Symbol.for('skip-override')] = true`)
  mkdirSync(path.join(folder, 'routes/orders'))
  writeFileSync(path.join(folder, 'routes/orders/index.js'), `
    module.exports = async (app) => { app.get('/', async () => ({ phase: app.ecsGraceful.phase, queue: app.queue })) }`)
  const app = Fastify()
  t.teardown(() => app.close())

  app.register(autoload, { dir: path.join(folder, 'plugins') })
  app.register(autoload, { dir: path.join(folder, 'routes') })

  await app.ready()
  t.strictSame((await app.inject('/orders')).json(), { phase: 'ready', queue: 'starting' })
  t.strictSame(await statuses(app, '/health'), [200])
  t.match(await app.ecsGraceful.shutdown(), { outcome: 'drained' })
})
