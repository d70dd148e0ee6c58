import t from 'tap'

import { EventEmitter } from 'node:events'

import { discover } from '../../lib/resources/index'

/** As `pg.Pool` looks from outside. */
function pool (): object {
  return Object.assign(new EventEmitter(), { totalCount: 0, ending: false, ended: false, async connect () {}, async query () {}, async end () {} })
}

/** As an ioredis client looks from outside. */
function redis (): object {
  return Object.assign(new EventEmitter(), { status: 'ready', async ping () {}, async quit () {}, disconnect () {} })
}

/** What `@fastify/postgres` decorates for one database. */
function database (of = pool()) {
  return { connect () {}, pool: of, Client: class {}, query () {}, transact () {} }
}

function names (...instances: object[]) {
  return discover(instances).resources.map(({ name }) => name)
}

t.test('an instance without clients has none', async (t) => {
  t.strictSame(discover([{}, { version: '5.0.0', config: null, log: () => {} }]), { resources: [], pools: [] })
  t.strictSame(discover([]), { resources: [], pools: [] })
})

t.test('the default database is pg', async (t) => {
  const own = pool()

  const { resources, pools } = discover([{ pg: database(own) }])

  t.match(resources, [{ name: 'pg' }])
  t.equal(resources[0]?.client, own)
  t.equal(pools[0], own)
})

t.test('named databases are pg and their name', async (t) => {
  t.strictSame(names({ pg: { orders: database(), users: database() } }), ['pg.orders', 'pg.users'])
  t.strictSame(names({ pg: { ...database(), orders: database() } }), ['pg', 'pg.orders'])
})

t.test('a database may be named pool', async (t) => {
  t.strictSame(names({ pg: { pool: database() } }), ['pg.pool'])
})

t.test('the default Redis is redis, namespaced ones are redis and their name', async (t) => {
  t.strictSame(names({ redis: redis() }), ['redis'])
  t.strictSame(names({ redis: { cache: redis(), sessions: redis() } }), ['redis.cache', 'redis.sessions'])
})

t.test('clients decorated by hand are found under their own names', async (t) => {
  t.strictSame(names({ pg: pool() }), ['pg'])
  t.strictSame(names({ db: pool(), cache: redis() }), ['db', 'cache'])
})

t.test('a client that is shared is found once, under its first name', async (t) => {
  const [shared, cache] = [pool(), redis()]

  t.strictSame(names({ pg: { ...database(shared), orders: database(shared) }, db: shared }), ['pg'])
  t.strictSame(names({ redis: cache }, { redis: { sessions: cache } }), ['redis'])
  t.equal(discover([{ db: shared, pg: database(shared) }]).pools.length, 1)
})

t.test('each instance is looked at for what it carries itself', async (t) => {
  const root = { redis: redis() }
  const child = Object.assign(Object.create(root) as object, { pg: database() })

  t.strictSame(names(root, child), ['redis', 'pg'])
  t.strictSame(names(child), ['pg'])
})

t.test('a decorator behind a symbol is not one of those', async (t) => {
  t.strictSame(names({ [Symbol('private')]: pool() }), [])
})

t.test('getters are not touched', async (t) => {
  const touched: string[] = []
  const trap = (name: string, target: object) => Object.defineProperty(target, name, {
    enumerable: true,
    get () {
      touched.push(name)
      return pool()
    }
  })

  const found = names(trap('lazy', {}), { pg: trap('pool', {}) }, { redis: trap('cache', {}) }, { pg: { orders: trap('pool', {}) } })

  t.strictSame(found, [])
  t.strictSame(touched, [])
})

t.test('junk below pg and redis does no harm', async (t) => {
  const junk = [null, undefined, 7, 'pg', [], [null], () => {}, new Map(), { pool: null }, { pool: { pool: null } }, { orders: 7 }]

  t.strictSame(names(...junk.flatMap((value) => [{ pg: value }, { redis: value }, { db: value }])), [])
})

t.test('an object that refers to itself does no harm', async (t) => {
  const loop: Record<string, unknown> = {}
  Object.assign(loop, { pg: loop, redis: loop, pool: loop })

  t.strictSame(names(loop), [])
})

t.test('a client hidden deeper than its plugin puts it is not looked for', async (t) => {
  t.strictSame(names({ clients: { pg: pool() } }, { redis: { caches: { first: redis() } } }, { pg: { all: { orders: database() } } }), [])
})

t.test('what only looks a little like a client is none', async (t) => {
  const almost = [
    { end () {}, connect () {} }, // a pg.Client, or a socket
    { end () {}, connect () {}, on () {}, totalCount: '0' },
    { quit () {}, status: 'ready' },
    { quit () {}, disconnect () {}, status: 200 }
  ]

  t.strictSame(names(...almost.map((client) => ({ client }))), [])
})

t.test('pg and Redis can be asked for a sign of life', async (t) => {
  const { resources } = discover([{ pg: database(), redis: redis() }])

  t.strictSame(resources.map(({ check }) => typeof check), ['function', 'function'])
})
