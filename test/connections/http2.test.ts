import Fastify, { type FastifyInstance } from 'fastify'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2'
import https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import t, { type Test } from 'tap'

import ecsGraceful, { type EcsGracefulOptions } from '../../lib/index'
import { brisk } from '../helpers/child'
import { DATA, Frames, GOAWAY, HEADERS, SETTINGS } from '../helpers/frames'
import { turn } from '../helpers/turn'

/** Of tests only: self-signed, and its key is public. */
const certificate = {
  key: readFileSync(join(__dirname, '../fixtures/localhost.key')), cert: readFileSync(join(__dirname, '../fixtures/localhost.crt'))
}

/** No lame duck: closing begins with `shutdown()`. */
const atOnce: EcsGracefulOptions = { ...brisk, drainDelay: 0, quietPeriod: 0, signals: false }
/** And what is in flight has a second. */
const hasty: EcsGracefulOptions = { ...atOnce, stopTimeout: 4_000, maxDrainDelay: 0, gracePeriod: 0, closeTimeout: 1_000 }
/** A lame duck that lasts until something ends it, a minute at most. */
const patient: EcsGracefulOptions = { ...brisk, stopTimeout: 120_000, maxDrainDelay: 60_000, signals: false }

const kinds = {
  'without TLS': () => Fastify({ http2: true }),
  'over TLS': () => Fastify({ http2: true, https: certificate }),
  'over TLS, with HTTP/1.1 allowed': () => Fastify({ http2: true, https: { ...certificate, allowHTTP1: true } })
}
const plain = kinds['without TLS']

/** A service whose `/held` waits for `release`; `arrived(n)` resolves when so many requests are held. */
async function service (t: Test, options: EcsGracefulOptions = atOnce, make: () => object = plain) {
  const app = make() as FastifyInstance
  t.teardown(() => app.close())
  await app.register(ecsGraceful, options)
  const held: Array<() => void> = []
  const hold = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      held.push(resolve)
      app.server.emit('held')
    })
  }
  app.get('/', async () => 'at once')
  app.get('/held', async () => {
    await hold()
    return 'held'
  })
  app.get('/held/:id', async () => {
    await hold()
    return ''
  })
  app.get('/trailers', async (_request, reply) => {
    await hold()
    reply.trailer('grpc-status', (_reply, _payload, done) => { done(null, '0') })
    return 'with trailers'
  })
  app.post('/held', async (request) => request.body)
  app.addContentTypeParser('*', async (_request: unknown, payload: NodeJS.ReadableStream) => {
    app.server.emit('held')
    return await body(payload)
  })
  app.get('/large', async () => Buffer.alloc(40_000_000))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    app,
    port: (app.server.address() as AddressInfo).port,
    arrived: async (count: number) => { while (held.length < count) await once(app.server, 'held') },
    release: () => { for (const resolve of held) resolve() },
    /** Resolves once the listener is closed. */
    async unheard () { while (app.server.listening) await turn() }
  }
}

/** A client of Node's own, which takes its leave at the first GOAWAY. */
async function connect (t: Test, port: number, scheme: 'http' | 'https' = 'http', settings: http2.Settings = {}): Promise<ClientHttp2Session> {
  const session = http2.connect(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false, settings })
  session.on('error', () => {})
  t.teardown(() => session.destroy())
  await once(session, 'connect')
  return session
}

interface Answer {
  readonly headers: IncomingHttpHeaders
  readonly trailers: IncomingHttpHeaders
  readonly body: string
}

async function answerTo (stream: ClientHttp2Stream): Promise<Answer> {
  let [headers, trailers]: IncomingHttpHeaders[] = [{}, {}]
  stream.on('response', (received) => { headers = received })
  stream.on('trailers', (received) => { trailers = received })
  return { body: await body(stream), headers: headers!, trailers: trailers! }
}

async function body (stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream.setEncoding('utf8')) text += String(chunk)
  return text
}

for (const [kind, make] of Object.entries(kinds)) {
  const scheme = kind.startsWith('over TLS') ? 'https' : 'http'

  t.test(`HTTP/2 ${kind}: what is in flight is finished, trailers included, and the session told GOAWAY`, async (t) => {
    const { app, port, arrived, release, unheard } = await service(t, atOnce, make)
    const session = await connect(t, port, scheme)
    const goaway = once(session, 'goaway')
    const answers = ['/held', '/trailers', '/held/1'].map((path) => answerTo(session.request({ ':path': path })))
    await arrived(3)

    const shutdown = app.ecsGraceful.shutdown()
    await unheard()
    t.match(await goaway, [0])
    release()

    t.match(await Promise.all(answers), [
      { headers: { ':status': 200 }, body: 'held' },
      { headers: { ':status': 200 }, body: 'with trailers', trailers: { 'grpc-status': '0' } },
      { headers: { ':status': 200 }, body: '' }
    ])
    t.match(await shutdown, { outcome: 'drained', served: 3 })
  })

  t.test(`HTTP/2 ${kind}: an idle session is told GOAWAY and does not hold the task`, async (t) => {
    const { app, port } = await service(t, atOnce, make)
    const session = await connect(t, port, scheme)
    await answerTo(session.request({ ':path': '/' }))
    const goaway = once(session, 'goaway')
    const closed = once(session, 'close')

    const report = await app.ecsGraceful.shutdown()

    t.match(await goaway, [0])
    await closed
    t.match(report, { outcome: 'drained', served: 0, cut: { requests: [], unnamed: 0 } })
  })

  t.test(`HTTP/2 ${kind}: while draining streams are answered as before, without a connection header and without a warning`, async (t) => {
    const warnings: Error[] = []
    const warned = (warning: Error): void => { warnings.push(warning) }
    process.on('warning', warned)
    t.teardown(() => process.off('warning', warned))
    const { app, port, arrived, release } = await service(t, brisk, make)
    const session = await connect(t, port, scheme)
    const before = answerTo(session.request({ ':path': '/held' }))
    await arrived(1)

    const shutdown = app.ecsGraceful.shutdown()
    const later = await answerTo(session.request({ ':path': '/' }))
    release()
    const answers = [await before, later]

    t.equal(app.ecsGraceful.phase, 'draining')
    t.match(answers, [{ body: 'held', headers: { ':status': 200 } }, { body: 'at once', headers: { ':status': 200 } }])
    t.ok(answers.every(({ headers }) => !('connection' in headers)))
    t.match(await shutdown, { outcome: 'drained', served: 2 })
    t.strictSame(warnings, [])
  })

  t.test(`HTTP/2 ${kind}: while the task is ready there is one listener per connection more, and none for requests`, async (t) => {
    const bare = make() as object as FastifyInstance
    const { app } = await service(t, atOnce, make)
    const more = (event: string): number => app.server.listenerCount(event) - bare.server.listenerCount(event)

    const connections = kind === 'without TLS' ? { connection: 1, secureConnection: 0 } : { connection: 1, secureConnection: 1 }
    t.strictSame({ connection: more('connection'), secureConnection: more('secureConnection') }, connections)
    t.strictSame([more('session'), more('request'), more('stream')], [1, 0, 0])
  })

  t.test(`HTTP/2 ${kind}: what is cut is named by its route, whether it came before the signal or after`, async (t) => {
    const { app, port, arrived } = await service(t, { ...hasty, drainDelay: 100, maxDrainDelay: 100, quietPeriod: 100 }, make)
    const session = await connect(t, port, scheme)
    const before = answerTo(session.request({ ':path': '/held/1?token=secret' }))
    await arrived(1)

    const shutdown = app.ecsGraceful.shutdown()
    const after = answerTo(session.request({ ':path': '/held' }))
    await Promise.allSettled([before, after])

    const { outcome, served, cut } = await shutdown
    t.equal(outcome, 'cut')
    t.equal(served, 0)
    t.match(cut.requests, [{ method: 'GET', route: '/held/:id', atLeast: Number }, { method: 'GET', route: '/held', atLeast: Number }])
    t.equal(cut.unnamed, 0)
    t.notMatch(JSON.stringify(cut), 'secret')
  })
}

t.test('an upload in flight goes on after GOAWAY; a stream opened after it is not taken, and can tell so', async (t) => {
  const { app, port } = await service(t)
  const client = await Frames.open(t, port)
  const arrived = once(app.server, 'held')
  client.greet()
  client.request(1, '/held', 'POST')
  await arrived

  const shutdown = app.ecsGraceful.shutdown()
  const goaway = await client.until(GOAWAY)
  client.request(3, '/')
  client.body(1, 'all of it')
  await client.ended

  t.equal(client.lastStream(goaway), 1)
  t.equal(client.text(1), 'all of it')
  t.strictSame(client.frames.filter(({ stream }) => stream === 3), [])
  t.match(await shutdown, { outcome: 'drained', served: 1 })
})

t.test('who connects just before the listener closes is served over HTTP/2 too', async (t) => {
  const { app, port, unheard } = await service(t)
  const accepted = once(app.server, 'connection')
  const client = await Frames.open(t, port)
  await accepted // and not a byte has come

  const shutdown = app.ecsGraceful.shutdown()
  await unheard()
  client.greet()
  client.request(1, '/')
  await client.until(HEADERS, 1)
  await client.ended

  t.equal(client.text(1), 'at once')
  t.match(await shutdown, { outcome: 'drained', served: 1 })
})

t.test('who is still shaking hands when the listener closes is served over HTTP/2 too', async (t) => {
  const { app, port, unheard } = await service(t, atOnce, kinds['over TLS'])
  const accepted = once(app.server, 'connection')
  const socket = net.connect(port, '127.0.0.1')
  await Promise.all([once(socket, 'connect'), accepted])

  const shutdown = app.ecsGraceful.shutdown()
  await unheard()
  const client = await Frames.secure(t, socket)
  client.greet()
  client.request(1, '/')
  await client.until(HEADERS, 1)
  await client.ended

  t.equal(client.text(1), 'at once')
  t.match(await shutdown, { outcome: 'drained', served: 1 })
})

t.test('who sends no preface, or opens no stream after it, does not hold the task', async (t) => {
  const { app, port } = await service(t)
  const [silent, idle] = await Promise.all([Frames.open(t, port), Frames.open(t, port)])
  idle.greet()
  await idle.until(SETTINGS)

  const report = await app.ecsGraceful.shutdown()

  await Promise.all([silent.ended, idle.ended])
  t.equal(idle.lastStream(await idle.until(GOAWAY)), 0)
  t.match(report, { outcome: 'drained', cut: { requests: [], unnamed: 0 } })
})

t.test('a client that keeps its side of the connection open after its last stream does not hold the task', async (t) => {
  const { app, port } = await service(t)
  const client = await Frames.open(t, port)
  client.greet()
  client.request(1, '/')
  await client.until(DATA, 1)

  const report = await app.ecsGraceful.shutdown()

  await client.ended
  t.notOk(client.socket.writableEnded, 'it has not let go by itself')
  t.match(report, { outcome: 'drained' })
})

t.test('an answer that its client has not taken is cut at the force point and named', async (t) => {
  const { app, port } = await service(t, hasty)
  const client = await Frames.open(t, port)
  client.greet()
  client.request(1, '/large')
  await client.until(HEADERS, 1)
  client.socket.pause()

  const { outcome, cut } = await app.ecsGraceful.shutdown()

  t.equal(outcome, 'cut')
  t.match(cut, { requests: [{ method: 'GET', route: '/large' }], unnamed: 0 })
})

t.test('a large answer that is read slowly is finished, however long after GOAWAY', async (t) => {
  const { app, port, unheard } = await service(t, patient)
  const client = await Frames.open(t, port)
  client.greet()
  client.request(1, '/large')
  await client.until(HEADERS, 1)
  client.socket.pause()

  const shutdown = app.ecsGraceful.shutdown()
  await unheard()
  client.socket.resume()
  await client.ended

  t.equal(client.text(1).length, 40_000_000)
  t.match(await shutdown, { outcome: 'drained' })
})

t.test('a stream that its client resets is neither served nor cut', async (t) => {
  const { app, port, arrived, release } = await service(t)
  const session = await connect(t, port)
  const stays = answerTo(session.request({ ':path': '/held' }))
  const leaves = session.request({ ':path': '/held/1' })
  leaves.on('error', () => {})
  await arrived(2)

  const shutdown = app.ecsGraceful.shutdown()
  leaves.close(http2.constants.NGHTTP2_CANCEL)
  await once(leaves, 'close')
  release()

  t.match(await stays, { body: 'held' })
  t.match(await shutdown, { outcome: 'drained', served: 1 })
})

t.test('a balancer that checks over HTTP/2 is told, and its probes are no traffic', async (t) => {
  const { app, port } = await service(t, { ...patient, drainDelay: 100, quietPeriod: 100 })
  const balancer = await connect(t, port)
  const probe = (path: string) => answerTo(balancer.request({ ':path': path, 'user-agent': 'ELB-HealthChecker/2.0' }))
  t.match(await probe('/health'), { headers: { ':status': 200 } })

  const shutdown = app.ecsGraceful.shutdown()
  t.match(await probe('/health'), { headers: { ':status': 503 } })
  t.match(await probe('/health'), { headers: { ':status': 503 } })

  t.match(await shutdown, { left: 'told', served: 0, outcome: 'drained' })
})

t.test('a 503 that its checker does not take to the end tells nobody', async (t) => {
  const { app, port } = await service(t, { ...patient, maxDrainDelay: 1_000, drainDelay: 100, quietPeriod: 100 })
  const balancer = await connect(t, port, 'http', { initialWindowSize: 0 }) // no body is let through

  const shutdown = app.ecsGraceful.shutdown()
  for (const path of ['/health', '/health']) {
    const probe = balancer.request({ ':path': path, 'user-agent': 'ELB-HealthChecker/2.0' })
    probe.on('error', () => {})
    await once(probe, 'response')
    probe.close(http2.constants.NGHTTP2_CANCEL)
    await once(probe, 'close')
  }

  t.match(await shutdown, { left: 'limit' })
})

t.test('a probe over HTTP/2 is no traffic under whatever path it comes', async (t) => {
  const make = () => Fastify({ http2: true, routerOptions: { caseSensitive: false } })
  const { app, port } = await service(t, { ...brisk, signals: false, drainDelay: 300, quietPeriod: 300, maxDrainDelay: 2_000 }, make)
  const session = await connect(t, port)

  const shutdown = app.ecsGraceful.shutdown()
  while (app.ecsGraceful.phase === 'draining' && !session.closed) await answerTo(session.request({ ':path': '/HEALTH' }))

  t.match(await shutdown, { left: 'quiet', served: 0 })
})

t.test('requests over HTTP/2 are traffic, for which the lame duck lasts', async (t) => {
  const { app, port } = await service(t, { ...brisk, signals: false, drainDelay: 300, quietPeriod: 300, maxDrainDelay: 700 })
  const session = await connect(t, port)

  const shutdown = app.ecsGraceful.shutdown()
  let served = 0
  while (app.ecsGraceful.phase === 'draining' && !session.closed) {
    await answerTo(session.request({ ':path': '/' })).then(() => served++)
  }

  t.match(await shutdown, { left: 'limit', served })
})

t.test('HTTP/1.1 on a server of both says close, and is counted once', async (t) => {
  const { app, port } = await service(t, brisk, kinds['over TLS, with HTTP/1.1 allowed'])
  const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false })

  const shutdown = app.ecsGraceful.shutdown()
  const request = https.get({ port, host: '127.0.0.1', agent })
  const [response] = await once(request, 'response')

  t.equal(await body(response), 'at once')
  t.match(response.headers, { connection: 'close' })
  t.match(await shutdown, { outcome: 'drained', served: 1 })
})

t.test('an idle HTTP/1.1 connection on a server of both is swept, and one in flight finished', async (t) => {
  const { app, port, arrived, release } = await service(t, atOnce, kinds['over TLS, with HTTP/1.1 allowed'])
  const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: false })
  const ask = async (path: string): Promise<string> => {
    const [response] = await once(https.get({ port, host: '127.0.0.1', path, agent }), 'response')
    return await body(response)
  }
  await ask('/')
  const [idle] = Object.values(agent.freeSockets)[0] as TLSSocket[]
  const closed = once(idle!, 'close')
  const held = [ask('/held'), ask('/held')]
  await arrived(2)

  const shutdown = app.ecsGraceful.shutdown()
  release()

  t.strictSame(await Promise.all(held), ['held', 'held'])
  await closed
  t.match(await shutdown, { outcome: 'drained', served: 2 })
})

t.test('close() without a signal ends idle sessions, and waits for what is in flight', async (t) => {
  const { app, port, arrived, release, unheard } = await service(t)
  const session = await connect(t, port)
  const idle = await connect(t, port)
  await answerTo(idle.request({ ':path': '/' }))
  const answer = answerTo(session.request({ ':path': '/held' }))
  await arrived(1)

  const closing = app.close()
  await unheard()
  release()

  t.match(await answer, { body: 'held' })
  await closing
  t.equal(app.ecsGraceful.phase, 'closed')
})

t.test('an HTTP/2 server made by serverFactory is drained', async (t) => {
  const make = () => Fastify({ serverFactory: ((handler: () => void) => http2.createServer(handler)) as never, http2: true })
  const { app, port, arrived, release } = await service(t, atOnce, make)
  const session = await connect(t, port)
  const answer = answerTo(session.request({ ':path': '/held' }))
  await arrived(1)

  const shutdown = app.ecsGraceful.shutdown()
  release()

  t.match(await answer, { body: 'held' })
  t.match(await shutdown, { outcome: 'drained', served: 1 })
})
