import Fastify, { type FastifyInstance } from 'fastify'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'pg'
import timers from 'node:timers/promises'
import t from 'tap'

import ecsGraceful from '../lib/index'
import { deferred } from '../lib/core/deferred'
import type { EcsGracefulOptions } from '../types/index'

/** A service that leaves signals alone and has no lame duck; not ready yet. */
async function service (options: EcsGracefulOptions = {}): Promise<FastifyInstance> {
  const app = Fastify()
  await app.register(ecsGraceful, { signals: false, drainDelay: 0, quietPeriod: 0, ...options })
  return app
}

/** Whatever would run at once has run. */
async function turns (): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await timers.setImmediate()
}

for (const [how, stop] of [
  ['a drain', (app: FastifyInstance) => app.ecsGraceful.shutdown()],
  ['close()', (app: FastifyInstance) => app.close()]
] as const) {
  t.test(`a hook that onReady has added runs after what ${how} waits for, as all others do`, async (t) => {
    const said: string[] = []
    const work = deferred()
    const app = await service()
    app.addHook('onReady', async () => {
      app.addHook('onClose', async () => { said.push('hook') })
    })
    await app.ready()
    app.ecsGraceful.track('mail', work.promise)

    const stopped = stop(app)
    await turns()
    said.push('work')
    work.resolve()
    await stopped

    t.strictSame(said, ['work', 'hook'])
  })
}

t.test('a client that a later onReady has brought is found: it cannot kill the process, and is closed', async (t) => {
  const pool = new Pool()
  const app = await service()
  app.decorate('db', null as Pool | null)
  app.addHook('onReady', async () => { (app as unknown as { db: Pool }).db = pool })
  await app.ready()
  await turns()
  t.equal(pool.listenerCount('error'), 1)

  const { clients } = await app.ecsGraceful.shutdown()

  t.match(clients, [{ name: 'db', outcome: 'closed' }])
  t.ok(pool.ended)
})

t.test('a start that takes its time keeps its clients until it is done, although a stop has begun', async (t) => {
  const [begun, migrated] = [deferred(), deferred()]
  const pool = new Pool()
  const app = await service({ closeTimeout: 100 })
  app.decorate('db', pool)
  app.addHook('onReady', async () => {
    begun.resolve()
    await migrated.promise
  })
  const ready = app.ready()
  await begun.promise

  const stopped = app.ecsGraceful.shutdown()
  await timers.setTimeout(300) // three times what clients have for closing
  t.notOk(pool.ending)
  migrated.resolve()

  t.match(await stopped, { outcome: 'drained', clients: [{ name: 'db', outcome: 'closed' }] })
  await ready
})

t.test('a stop while plugins are being loaded closes what the start has brought by then', async (t) => {
  const [begun, loaded] = [deferred(), deferred()]
  const pool = new Pool()
  const app = await service()
  app.decorate('db', pool)
  const loading = (async () => {
    await app.register(async () => {
      begun.resolve()
      await loaded.promise
    })
  })()
  await begun.promise

  const stopped = app.ecsGraceful.shutdown()
  loaded.resolve()

  t.match(await stopped, { outcome: 'drained', clients: [{ name: 'db', outcome: 'closed' }] })
  t.ok(pool.ended)
  await loading
})

t.test('a start has ended when the last of its plugins is ready, not when the first is', async (t) => {
  const [begun, first, second] = [deferred(), deferred(), deferred()]
  const pool = new Pool()
  const app = await service({ closeTimeout: 100 })
  app.decorate('db', pool)
  for (const [migrates, starts] of [[first, begun], [second, deferred()]] as const) {
    void app.register(async (child) => {
      child.addHook('onReady', async () => {
        starts.resolve()
        await migrates.promise
      })
    })
  }
  const ready = app.ready()
  await begun.promise

  const stopped = app.ecsGraceful.shutdown()
  first.resolve()
  await timers.setTimeout(300) // three times what clients have for closing
  t.notOk(pool.ending)
  second.resolve()

  t.match(await stopped, { outcome: 'drained', clients: [{ name: 'db', outcome: 'closed' }] })
  await ready
})

t.test('close() ends while onReady is at work, with tracked work and without', async (t) => {
  const tracked = await service()
  tracked.ecsGraceful.track('warm-up', timers.setTimeout(20))
  void tracked.ready()
  await tracked.close()
  t.equal(tracked.ecsGraceful.phase, 'closed')

  const bare = await service()
  void bare.ready()
  await bare.close()
  t.equal(bare.ecsGraceful.phase, 'closed')
  await bare.close()
})

t.test('a pool that two applications have is closed by the last of them, whichever that is', async (t) => {
  const pool = new Pool()
  const [one, other] = [await service(), await service()]
  for (const app of [one, other]) {
    app.decorate('db', pool)
    await app.ready()
    await turns()
  }

  t.match(await one.ecsGraceful.shutdown(), { outcome: 'drained', clients: [] })
  t.notOk(pool.ending, 'the other may be serving')
  await other.close()
  t.ok(pool.ended)
})

t.test('a hook may use such a pool to its end, although the other application is gone', async (t) => {
  const [flushing, flushed] = [deferred(), deferred()]
  const pool = new Pool()
  const [one, other] = [await service(), await service()]
  one.addHook('onClose', async () => {
    flushing.resolve()
    await flushed.promise
  })
  for (const app of [one, other]) {
    app.decorate('db', pool)
    await app.ready()
    await turns()
  }

  const stopped = one.ecsGraceful.shutdown()
  await flushing.promise
  t.match(await other.ecsGraceful.shutdown(), { outcome: 'drained', clients: [] })
  t.notOk(pool.ending)
  flushed.resolve()

  t.match(await stopped, { outcome: 'drained', clients: [{ name: 'db', outcome: 'closed' }] })
})

t.test('close() lets a request finish that Fastify does not wait for, on a server that somebody else has listen', async (t) => {
  const [begun, answer] = [deferred(), deferred()]
  const app = Fastify({ serverFactory: (handler) => http.createServer(handler) })
  await app.register(ecsGraceful, { signals: false })
  app.get('/', async () => {
    begun.resolve()
    await answer.promise
    return 'served'
  })
  await app.ready()
  await once(app.server.listen(0, '127.0.0.1'), 'listening')
  const served = fetch(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/`).then((response) => response.text())
  await begun.promise

  const closed = app.close()
  await turns()
  answer.resolve()

  t.equal(await served, 'served')
  await closed
  t.notOk(app.server.listening)
})
