import type { FastifyInstance, InjectOptions } from 'fastify'
import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import t, { type Test } from 'tap'

import { buildApp } from '../../examples/checkout/app'
import { readConfig } from '../../examples/checkout/config'
import { startDatabases, type Databases } from '../../examples/checkout/databases'
import { exactlyOnce } from '../../examples/checkout/exactly-once'
import { startRedis } from '../../examples/checkout/redis'
import { createSchema } from '../../examples/checkout/schema'

let databases: Databases
let db: Client

t.before(async () => {
  databases = await startDatabases()
  db = new Client(databases.databaseUrl)
  await db.connect()
  await createSchema(db)
})

t.teardown(async () => {
  await db.end()
  await databases.stop()
})

async function start (t: Test, env: Record<string, string> = {}): Promise<FastifyInstance> {
  const config = readConfig({ PORT: '0', DATABASE_URL: databases.databaseUrl, REDIS_URL: databases.redisUrl, ...env })
  const app = await buildApp(config, { logger: false })
  t.teardown(() => app.close())
  return app
}

const lines = [{ sku: 'tea', quantity: 2 }, { sku: 'cup', quantity: 1 }, { sku: 'spoon', quantity: 6 }]

function placing (id: string, body: object = {}): InjectOptions {
  return { method: 'POST', url: '/orders', payload: { id, lines, takes: 50, ...body } }
}

const nothing = { missing: [], duplicated: [], unansweredButWritten: [], brokenLines: [] }

t.test('an order is written once, with its lines', async (t) => {
  const app = await start(t)
  const id = randomUUID()

  const response = await app.inject(placing(id))

  t.equal(response.statusCode, 201)
  t.strictSame(response.json(), { id, lines })
  const { rows } = await db.query('SELECT sku, quantity FROM order_lines JOIN orders ON key = order_key WHERE id = $1 ORDER BY number', [id])
  t.strictSame(rows, lines)
  t.strictSame(await exactlyOnce(db, [id]), nothing)
})

t.test('an order takes the time it was given, in its transaction', async (t) => {
  const app = await start(t)
  const id = randomUUID()

  const answer = app.inject(placing(id, { takes: 800 }))
  const asleep = "SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND wait_event = 'PgSleep'"
  while ((await db.query(asleep)).rowCount === 0);

  t.strictSame(await exactlyOnce(db, [], [id]), nothing, 'nothing is written while it lasts')
  t.equal((await answer).statusCode, 201)
  t.strictSame(await exactlyOnce(db, [id]), nothing)
})

t.test('an order sent twice is written twice, so that it can be seen', async (t) => {
  const app = await start(t)
  const id = randomUUID()

  await app.inject(placing(id))
  await app.inject(placing(id))

  t.strictSame(await exactlyOnce(db, [id]), { ...nothing, duplicated: [id] })
})

t.test('a second read of an order comes from the cache and does not touch PostgreSQL', async (t) => {
  const app = await start(t)
  const id = randomUUID()
  await app.inject(placing(id))
  let acquired = 0
  app.pg.pool.on('acquire', () => { acquired++ })

  const first = await app.inject(`/orders/${id}`)
  const acquiredByFirst = acquired
  const second = await app.inject(`/orders/${id}`)

  t.strictSame(first.json(), { id, lines })
  t.equal(second.body, first.body)
  t.match(second.headers['content-type'], 'application/json')
  t.strictSame([acquiredByFirst, acquired], [1, 1])
  t.ok((await app.redis.ttl(`order:${id}`)) > 55)
})

t.test('an order is read from PostgreSQL where Redis is gone', async (t) => {
  const redis = await startRedis({})
  const app = await start(t, { REDIS_URL: redis.url })
  const id = randomUUID()
  await app.inject(placing(id))
  await redis.stop()

  const response = await app.inject(`/orders/${id}`)

  t.equal(response.statusCode, 200)
  t.strictSame(response.json(), { id, lines })
})

t.test('an unknown order is 404, and what is no id is 400', async (t) => {
  const app = await start(t)

  t.equal((await app.inject(`/orders/${randomUUID()}`)).statusCode, 404)
  t.equal((await app.inject('/orders/tea')).statusCode, 400)
})

t.test('a body that is no order is refused, and nothing is written', async (t) => {
  const app = await start(t)
  const id = randomUUID()
  const refused = [{ id: 'tea' }, { lines: [] }, { lines: lines.slice(1, 2) }, { lines: [...lines, ...lines] }, { takes: 49 }, { takes: 801 },
    { lines: [{ sku: 'tea', quantity: 0 }, ...lines] }, { lines: [{ quantity: 1 }, ...lines] }]

  const statuses = await Promise.all(refused.map(async (body) => (await app.inject(placing(id, body))).statusCode))

  t.strictSame(statuses, refused.map(() => 400))
  t.strictSame(await exactlyOnce(db, [], [id]), nothing)
})

t.test('a slow report has a row each 100 ms, and a last line that says it is whole', async (t) => {
  const app = await start(t)
  const since = performance.now()

  const response = await app.inject('/reports/slow?seconds=0.5')

  const rows = response.body.trim().split('\n').map((line) => JSON.parse(line) as object)
  t.equal(response.headers['content-type'], 'application/x-ndjson')
  t.match(rows[0], { row: 1, placed: Number })
  t.strictSame(rows.slice(5), [{ end: true, rows: 5 }])
  t.ok(performance.now() - since >= 490)
  t.equal((await app.inject('/reports/slow?seconds=21')).statusCode, 400)
})

t.test('with the plugin health is its own; without it health says 200 come what may', async (t) => {
  const graceful = await start(t)
  const control = await start(t, { GRACEFUL: 'off' })

  t.equal(graceful.hasDecorator('ecsGraceful'), true)
  t.equal(control.hasDecorator('ecsGraceful'), false)
  t.match(await graceful.inject('/health/live'), { statusCode: 200 })
  t.match(await control.inject('/health'), { statusCode: 200, body: '{"status":"ok"}' })
  t.match(await control.inject('/health/live'), { statusCode: 404 })
})

t.test('a configuration that lacks something is refused, with its name', async (t) => {
  const whole = { PORT: '3000', DATABASE_URL: 'postgres://db', REDIS_URL: 'redis://cache' }

  t.strictSame(readConfig(whole), { port: 3000, host: '0.0.0.0', databaseUrl: 'postgres://db', redisUrl: 'redis://cache', graceful: true })
  t.throws(() => readConfig({ ...whole, DATABASE_URL: undefined }), { message: 'The service cannot start: DATABASE_URL is not set' })
  t.throws(() => readConfig({}), { message: /PORT is not set; DATABASE_URL is not set; REDIS_URL is not set/ })
  t.throws(() => readConfig({ ...whole, PORT: '70000' }), { message: /PORT must be .* '70000'/ })
  t.throws(() => readConfig({ ...whole, GRACEFUL: 'no' }), { message: /GRACEFUL must be on or off, but is 'no'/ })
})

t.test('exactly once finds what is missing, written twice, written unasked, and what lacks lines', async (t) => {
  const app = await start(t)
  const [whole, missing, twice, broken] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()]
  const [cut, never] = [randomUUID(), randomUUID()]
  for (const id of [whole, twice, twice, cut, broken]) await app.inject(placing(id))
  await db.query('DELETE FROM order_lines WHERE number = 2 AND order_key = (SELECT key FROM orders WHERE id = $1)', [broken])

  const found = await exactlyOnce(db, [whole, missing, twice, broken], [cut, never])

  t.strictSame(found, { missing: [missing], duplicated: [twice], unansweredButWritten: [cut], brokenLines: [broken] })
  t.strictSame(await exactlyOnce(db, []), nothing)
})
