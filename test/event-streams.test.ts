import sse from '@fastify/sse'
import Fastify, { type FastifyInstance } from 'fastify'
import { once } from 'node:events'
import http from 'node:http'
import http2 from 'node:http2'
import type { AddressInfo } from 'node:net'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import timers from 'node:timers/promises'
import t, { type Test } from 'tap'

import { EventStreams } from '../lib/event-streams'
import ecsGraceful, { type EcsGracefulOptions } from '../lib/index'
import { seeded } from '../lib/rehearsal/random'
import { brisk } from './helpers/child'
import { FakeClock } from './helpers/clock'

const atOnce: EcsGracefulOptions = { ...brisk, drainDelay: 0, quietPeriod: 0, signals: false }

async function service (t: Test, add: (app: FastifyInstance) => unknown): Promise<{ app: FastifyInstance, port: number }> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(ecsGraceful, atOnce)
  await add(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, port: (app.server.address() as AddressInfo).port }
}

/** A client that has received the first event. */
async function subscribed (port: number): Promise<{ whole: Promise<string>, ended: () => boolean }> {
  const [response] = await once(http.get({ port, path: '/', headers: { accept: 'text/event-stream' } }), 'response') as [http.IncomingMessage]
  let text = ''
  response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
  await once(response, 'data')
  return { whole: once(response, 'close').then(() => text), ended: () => response.complete }
}

const servers: Readonly<Record<string, (app: FastifyInstance) => unknown>> = {
  'a response written by hand': (app) => app.get('/', (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    app.ecsGraceful.eventStream(reply.raw)
  }),
  'a stream that is sent': (app) => app.get('/', async (_request, reply) => {
    const events = new PassThrough()
    events.write('data: 1\n\n')
    app.ecsGraceful.eventStream(events)
    return await reply.type('text/event-stream').send(events)
  }),
  '@fastify/sse': async (app) => {
    await app.register(sse)
    app.get('/', { sse: true }, async (_request, reply) => {
      reply.sse.keepAlive()
      app.ecsGraceful.eventStream(reply.sse)
      await reply.sse.send({ data: 1 })
    })
  },
  '@fastify/sse with a generator that heeds the signal': async (app) => {
    await app.register(sse)
    app.get('/', { sse: true }, async (_request, reply) => {
      const { signal } = app.ecsGraceful
      await reply.sse.send((async function * () {
        yield { data: 1 }
        await once(signal, 'abort')
        yield { data: undefined, retry: 3_000 }
      })())
    })
  }
}

for (const [kind, add] of Object.entries(servers)) {
  t.test(`${kind} is told when to come back, and ended whole`, async (t) => {
    const { app, port } = await service(t, add)
    const { whole, ended } = await subscribed(port)

    const shutdown = app.ecsGraceful.shutdown()

    const [, retry] = /^data: 1\n+retry: (\d+)\n\n$/.exec(await whole) ?? []
    t.ok(Number(retry) >= 1_000 && Number(retry) <= 5_000, `retry: ${retry}`)
    t.ok(ended())
    t.match(await shutdown, { outcome: 'drained', served: 1 })
  })
}

/** Streams on a clock turned by hand, and when each was ended. */
function streams () {
  const clock = new FakeClock()
  const all = new EventStreams(clock, seeded(1, 'events'))
  const at: number[] = []
  const said: string[] = []
  const open = (): PassThrough => {
    const stream = new PassThrough()
    stream.on('data', (chunk) => said.push(String(chunk))).on('finish', () => at.push(clock.now() - 1_000))
    return stream
  }
  return { clock, all, at, said, open }
}

t.test('each ends at an instant of its own within the window, with a time of its own to come back', async (t) => {
  const { clock, all, at, said, open } = streams()
  for (let count = 0; count < 20; count++) all.add(open(), { retry: [100, 200] })

  all.begin(5_000)
  all.begin(1) // once is enough
  await clock.advance(5_000)

  t.equal(at.length, 20)
  t.ok(Math.min(...at) < 1_000 && Math.max(...at) > 4_000)
  t.equal(new Set(at).size, 20)
  t.ok(new Set(said).size > 10)
  t.ok(said.every((text) => /^\n\nretry: (1\d\d|200)\n\n$/.test(text)))
  t.equal(clock.waiting, 0)
})

t.test('in a hurry all end at once; who comes after the beginning is ended as well', async (t) => {
  const { clock, all, at, open } = streams()
  all.add(open())

  all.begin(60_000)
  all.add(open())
  await clock.advance(0)
  t.equal(at.length, 0)
  all.hasten()
  await clock.advance(0)
  t.equal(at.length, 2)
  all.add(open())
  await clock.advance(0)
  t.equal(at.length, 3)
})

t.test('however many there are, one wait is under way, and the loop turns between batches', async (t) => {
  const { clock, all, at, open } = streams()
  const waits: number[] = []
  const count = (): void => { waits.push(clock.waiting) }
  for (let added = 0; added < 500; added++) all.add(open().on('finish', count))

  all.begin(5_000)
  count()
  all.add(open())
  await clock.advance(1_000)
  count()
  const before = at.length
  all.hasten()
  await timers.setImmediate()
  const after = at.length
  for (let turns = 0; turns < 5; turns++) await timers.setImmediate()

  t.ok(Math.max(...waits) <= 1)
  t.ok(before > 50 && before < 150)
  t.ok(after - before <= 200)
  t.equal(at.length, 501)
  t.equal(clock.waiting, 0)
})

t.test('who comes after the beginning joins those who wait, and may go before them', async (t) => {
  const { clock, said, open } = streams()
  const draws = [0.9, 0.9, 0.9, 0.1] // when to come back and when to go, the first and the second
  const all = new EventStreams(clock, () => draws.shift()!)
  all.add(open(), { retry: [100, 200] })

  all.begin(1_000)
  all.add(open(), { retry: [300, 400] })
  await clock.advance(100)
  const first = said.join('')
  await clock.advance(800)

  t.match(first, /^\n\nretry: 390\n\n$/)
  t.match(said.join(''), /^\n\nretry: 390\n\n\n\nretry: 190\n\n$/)
})

t.test('one that is taken back, or has ended, is let alone', async (t) => {
  const { clock, all, said, open } = streams()
  const [kept, ended] = [open(), open()]
  all.add(kept)()
  all.add(ended)
  ended.destroy()
  await once(ended, 'close')

  all.begin(0)
  await clock.advance(10)

  t.strictSame(said, [])
  t.ok(kept.writable)
})

t.test('what its client has left throws nothing', async (t) => {
  const { clock, all } = streams()
  const calls: string[] = []
  const context = (connected: boolean, send: () => Promise<void>) =>
    ({ isConnected: connected, send, close () { calls.push('close') }, onClose () {} })
  all.add(context(true, async () => { throw new Error('gone') }))
  all.add(context(true, () => { throw new Error('gone') }))
  all.add(context(false, async () => { calls.push('send') }))
  const writable = new PassThrough()
  writable.end()
  all.add(writable)

  all.begin(0)
  await clock.advance(10)

  t.strictSame(calls, [])
})

t.test('the time to come back is a line of its own, even after half an event', async (t) => {
  const { clock, all, said, open } = streams()
  const stream = open()
  stream.write('data: half')
  all.add(stream, { retry: [100, 100] })

  all.begin(0)
  await clock.advance(10)

  t.equal(said.join(''), 'data: half\n\nretry: 100\n\n')
})

t.test('a response whose head is not out is not ended before it is, and is let go when it is cut', async (t) => {
  const { clock, all, at, open } = streams()
  const [late, never] = [open(), open()].map((stream) => Object.assign(stream, { headersSent: false }))
  all.add(late!)
  all.add(never!)

  all.begin(1_000)
  all.hasten()
  await clock.advance(2_000)
  const before = [...at]
  late!.headersSent = true
  await clock.advance(100)
  const after = [...at]
  never!.destroy()
  await clock.advance(100)

  t.strictSame(before, [])
  t.equal(after.length, 1)
  t.equal(clock.waiting, 0)
  t.equal(never!.writableEnded, false)
})

t.test('a response given before its head is sent whole, and told when to come back', async (t) => {
  const { app, port } = await service(t, (app) => app.get('/', (_request, reply) => {
    reply.hijack()
    app.ecsGraceful.eventStream(reply.raw)
    app.ecsGraceful.onDrain(async () => {
      await timers.setTimeout(200)
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    })
    app.server.emit('given')
  }))
  const given = once(app.server, 'given')
  const response = once(http.get({ port }), 'response') as Promise<[http.IncomingMessage]>
  await given

  const shutdown = app.ecsGraceful.shutdown()

  const [message] = await response
  t.equal(message.headers['content-type'], 'text/event-stream')
  t.match(await text(message), /^data: 1\n+retry: \d+\n\n$/)
  t.match(await shutdown, { outcome: 'drained' })
})

t.test('a stream that throws when it is closed is nobody\'s unhandled rejection', async (t) => {
  const { clock, all } = streams()
  const unhandled: unknown[] = []
  const listener = (error: unknown): void => { unhandled.push(error) }
  process.on('unhandledRejection', listener)
  t.teardown(() => process.off('unhandledRejection', listener))
  all.add({ isConnected: true, async send () {}, close () { throw new Error('close threw') }, onClose () {} })

  all.begin(0)
  await clock.advance(10)

  t.strictSame(unhandled, [])
})

t.test('a stream that is over is not kept', async (t) => {
  const { clock, all, open } = streams()
  const destroyed = open().destroy()
  await once(destroyed, 'close')
  const queued = Object.assign(open(), { req: { socket: { destroyed: true } } }) // a response behind another one
  const given = [destroyed, open().end(), queued]
  const listening = given.map((stream) => stream.listenerCount('close'))

  for (const stream of given) all.add(stream)
  all.add({ isConnected: false, send: async () => {}, close () {}, onClose () { t.fail('asked to call back') } })
  all.begin(60_000)
  await clock.advance(0)

  t.strictSame(given.map((stream) => stream.listenerCount('close')), listening)
  t.equal(clock.waiting, 0)
})

for (const version of [1, 2]) {
  t.test(`a response given after its client has gone is not kept, HTTP/${version}`, async (t) => {
    const app = version === 2 ? Fastify({ http2: true }) as unknown as FastifyInstance : Fastify()
    t.teardown(() => app.close())
    await app.register(ecsGraceful, atOnce)
    const handled = new PassThrough({ objectMode: true })
    app.get('/', (_request, reply) => {
      reply.hijack()
      handled.write(reply.raw)
      reply.raw.once('close', () => handled.write(reply.raw))
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const session = version === 2 ? http2.connect(url) : undefined
    const client = session ? session.request() : http.get(url)
    client.on('error', () => {})
    await once(handled, 'data')
    client.destroy()
    const [response] = await once(handled, 'data') as [http.ServerResponse]
    session?.destroy()
    const listening = response.listenerCount('close')

    app.ecsGraceful.eventStream(response)

    t.equal(response.listenerCount('close'), listening)
  })
}

t.test('a range of time to come back that is none is refused by name', async (t) => {
  const { all, open } = streams()

  for (const retry of [[0, 5], [5, 1], [1], 5, [1.5, 2]]) {
    t.throws(() => all.add(open(), { retry: retry as unknown as [number, number] }), { code: 'FST_ECS_OPTION_INVALID', message: /^eventStream\.retry must be two whole numbers of milliseconds, the least and the most, but is / })
  }
})

t.test('what is no stream is refused by name', async (t) => {
  const { all } = streams()

  for (const given of [undefined, null, {}, 'events', { send () {} }, { write () {} }]) {
    t.throws(() => all.add(given as unknown as PassThrough), { code: 'FST_ECS_OPTION_INVALID', message: /^eventStream must be a response, a stream that can be written to, or what @fastify\/sse makes of one, but is / })
  }

  t.doesNotThrow(() => all.begin(0)) // nothing of it was kept
})
