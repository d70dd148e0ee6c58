import t from 'tap'

import { startDatabases, type Databases } from '../../examples/checkout/databases'
import { brisk, startService, type ChildOptions } from '../helpers/child'
import { get } from '../helpers/http'
import { Proxy } from '../helpers/proxy'

t.jobs = 4

let databases: Databases
t.before(async () => { databases = await startDatabases() })
t.teardown(() => databases.stop())

/** A service with clients, behind a wire of its own to each server. */
async function start (t: Parameters<typeof startService>[0], options: ChildOptions) {
  const pg = await Proxy.before(t, databases.databaseUrl)
  const redis = await Proxy.before(t, databases.redisUrl)
  const env = { PG_URL: pg.through(databases.databaseUrl), REDIS_URL: redis.through(databases.redisUrl), ...options.env }
  const service = await startService(t, { ...options, fixture: 'clients.js', env })
  return { ...service, pg, redis }
}

t.test('every decorated client is closed once, whoever owns it', { buffered: true }, async (t) => {
  const { child, port } = await start(t, { with: ['pg', 'pg.orders', 'redis', 'store by hand', 'in a child'] })
  await get(port, '/pg')
  await get(port, '/redis')

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  const { clients, errors } = await child.report()
  t.strictSame(clients.map(({ name, outcome }) => `${name} ${outcome}`).sort(),
    ['pg closed', 'pg.orders closed', 'redis closed', 'reports closed', 'store closed'])
  t.strictSame(errors, [])
  t.equal(child.lines.filter((line) => line.event === 'ecs-graceful' && line.client).length, 5)
})

t.test('clients that were handed in are closed too: those their plugin leaves open, and those it closes', { buffered: true }, async (t) => {
  const { child } = await start(t, { with: ['pg by hand', 'redis.cache'] })
  const owned = await start(t, { with: ['redis handed over', 'lazy store'] })

  child.send('SIGTERM')
  owned.child.send('SIGTERM')

  t.match(await child.report(), { outcome: 'drained', clients: [{ name: 'pg', outcome: 'closed' }, { name: 'redis.cache', outcome: 'closed' }] })
  t.match(await owned.child.report(), { outcome: 'drained', clients: [{ name: 'store', outcome: 'closed' }, { name: 'redis', outcome: 'closed' }] })
})

t.test('a pool with a client that never comes back is broken and named, and the exit comes in time', { buffered: true }, async (t) => {
  const { child, port } = await start(t, { with: ['pg', 'redis'] })
  await get(port, '/pg/checkout')

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'cut', errors: [], clients: [{ name: 'pg', outcome: 'forced' }, { name: 'redis', outcome: 'closed' }] })
})

t.test('queries and transactions that a silent PostgreSQL never answers are cut and named, and nothing else goes wrong by it', { buffered: true }, async (t) => {
  const { child, port, pg } = await start(t, { with: ['pg'] })
  await Promise.all([get(port, '/pg'), get(port, '/pg/transact')]) // both clients are connected
  pg.mute()
  const cut = ['/pg', '/pg/transact'].map((path) => t.rejects(get(port, path)))
  await child.line(() => child.lines.filter((line) => line.msg === 'incoming request').length === 4)

  child.send('SIGINT')
  await child.phase('closing')
  child.send('SIGINT')

  await Promise.all(cut)
  t.strictSame(await child.exit, { code: 1, signal: null })
  const { outcome, cut: { requests }, clients, errors } = await child.report()
  t.strictSame(errors, [])
  t.match({ outcome, clients }, { outcome: 'cut', clients: [{ name: 'pg', outcome: 'forced' }] })
  t.strictSame(requests.map(({ route }) => route).sort(), ['/pg', '/pg/transact'])
})

t.test('a Redis that does not answer quit is broken and named, and takes nothing else down', { buffered: true }, async (t) => {
  const { child, port, redis } = await start(t, { with: ['redis', 'pg'] })
  await get(port, '/redis')
  redis.mute()

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'cut', errors: [], clients: [{ name: 'redis', outcome: 'forced' }, { name: 'pg', outcome: 'closed' }] })
})

t.test('a Redis handed in that nobody closes, and that does not answer, is bounded as well', { buffered: true }, async (t) => {
  const { child, redis } = await start(t, { with: ['redis.cache'] })
  redis.mute()

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'cut', clients: [{ name: 'redis.cache', outcome: 'forced' }] })
})

t.test('servers that have gone away do not keep the task', { buffered: true }, async (t) => {
  const { child, port, pg, redis } = await start(t, { with: ['pg', 'redis'] })
  await get(port, '/pg')
  await get(port, '/redis')
  await Promise.all([pg.cut(), redis.cut()])

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { outcome: 'drained', clients: [{ name: 'pg', outcome: 'closed' }, { name: 'redis', outcome: 'closed' }] })
})

t.test('a Redis that has gone with a command queued is broken and named', { buffered: true }, async (t) => {
  const { child, port, redis } = await start(t, { with: ['redis'] })
  await get(port, '/redis')
  await redis.cut()
  await get(port, '/redis/queue')

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'cut', clients: [{ name: 'redis', outcome: 'forced' }] })
})

t.test('an idle pool whose server dies does not kill the process', { buffered: true }, async (t) => {
  const { child, port, pg } = await start(t, { with: ['pg'] })
  await get(port, '/pg')

  await pg.cut()
  await child.line((line) => line.level === 40 && line.msg === 'an idle pg connection ended')
  await pg.restore()

  t.match(await get(port, '/pg'), { status: 200, body: '{"one":1}' })
})

t.test('a hook that never calls back keeps no client open', { buffered: true }, async (t) => {
  const { child, port } = await start(t, { with: ['pg', 'hook-hangs'] })
  await get(port, '/pg')

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'timed-out', clients: [{ name: 'pg', outcome: 'closed' }], errors: [{ code: 'FST_ECS_HOOK_TIMED_OUT' }] })
})

t.test('resources of the application\'s own are closed by their functions, and each failure is its own', { buffered: true }, async (t) => {
  const { child } = await start(t, { with: ['pg'], options: { ...brisk, resources: { prisma: 'closes', kafka: 'throws', mongo: 'hangs' } } })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  const { outcome, clients, errors } = await child.report()
  t.equal(outcome, 'timed-out')
  t.match(clients, [
    { name: 'pg', outcome: 'closed' }, { name: 'prisma', outcome: 'closed' }, { name: 'kafka', outcome: 'failed' }, { name: 'mongo', outcome: 'timed-out' }
  ])
  t.match(errors, [{ code: 'kafka', message: 'it would not close' }])
  t.ok(child.lines.some((line) => line.ownClosed))
})

t.test('a client that is to be left alone is left alone', { buffered: true }, async (t) => {
  const { child } = await start(t, { with: ['store by hand'], options: { ...brisk, resources: { store: false } } })

  child.send('SIGTERM')

  t.match(await child.report(), { outcome: 'drained', clients: [] })
})

t.test('a failing check is reported and keeps readiness, unless it is critical', { buffered: true }, async (t) => {
  const checks = { pg: true, redis: { critical: true } } as const
  const { child, port, pg, redis } = await start(t, {
    with: ['pg', 'redis'], options: { ...brisk, health: { checks, details: true, cacheTime: 0, timeout: 300 } }
  })
  while ((await get(port, '/health')).body.includes('unknown'));
  t.match(await get(port, '/health'), { status: 200, body: '{"status":"ok","phase":"ready","checks":{"pg":"ok","redis":"ok"}}' })

  await pg.cut()
  while (!(await get(port, '/health')).body.includes('"pg":"failing"'));
  t.match(await get(port, '/health'), { status: 200, body: /"status":"ok"/ })
  await child.line((line) => line.check === 'pg' && line.status === 'failing')

  redis.mute()
  while ((await get(port, '/health')).status === 200);
  t.match(await get(port, '/health'), { status: 503, body: /"status":"failing"/ })
  t.match(await get(port, '/health/live'), { status: 200 })
})
