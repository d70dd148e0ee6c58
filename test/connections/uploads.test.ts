import Fastify, { type FastifyInstance } from 'fastify'
import { once } from 'node:events'
import http2 from 'node:http2'
import net, { type AddressInfo } from 'node:net'
import { PassThrough, Writable, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import t, { type Test } from 'tap'

import ecsGraceful, { type EcsGracefulOptions } from '../../lib/index'
import { brisk } from '../helpers/child'
import { turn } from '../helpers/turn'

t.jobs = 6

/** No lame duck: closing begins with `shutdown()`. */
const atOnce: EcsGracefulOptions = { ...brisk, drainDelay: 0, quietPeriod: 0, signals: false }
/** And the force point comes a second and a half later. */
const hasty: EcsGracefulOptions = { ...atOnce, stopTimeout: 4_500, maxDrainDelay: 0, gracePeriod: 0, closeTimeout: 1_000 }

/** A service that takes uploads; `uploading` resolves when so many have begun. */
async function service (t: Test, options: EcsGracefulOptions, make: () => object = Fastify) {
  const app = make() as FastifyInstance
  t.teardown(() => app.close())
  await app.register(ecsGraceful, options)
  const begun: true[] = []
  app.addContentTypeParser('*', async (_request: unknown, payload: NodeJS.ReadableStream) => {
    begun.push(true)
    app.server.emit('begun')
    let bytes = 0
    for await (const chunk of payload) bytes += (chunk as Buffer).length
    return bytes
  })
  app.post('/', async ({ body }) => String(body))
  app.post('/unread', { bodyLimit: 1 }, async () => await new Promise(() => {}))
  app.post('/begun', async (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(200).write('begun')
    app.server.emit('begun')
  })
  app.addHook('onRequest', async (request) => {
    if (request.url === '/unread') {
      begun.push(true)
      app.server.emit('begun')
      await new Promise(() => {})
    }
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    app,
    port: (app.server.address() as AddressInfo).port,
    async uploading (count: number) { while (begun.length < count) await once(app.server, 'begun') },
    async unheard () { while (app.server.listening) await turn() }
  }
}

interface Upload {
  readonly socket: net.Socket
  readonly received: () => string
  /** Resolves with how the connection ended: with a FIN, or an error. */
  readonly ended: Promise<string>
}

async function upload (t: Test, port: number, path: string, header: string): Promise<Upload> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  socket.on('data', (chunk) => { text += String(chunk) })
  const ended = new Promise<string>((resolve) => {
    socket.on('end', () => resolve('FIN')).on('error', ({ code }: NodeJS.ErrnoException) => resolve(code!))
  })
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  socket.write(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/octet-stream\r\n${header}\r\n\r\n`)
  return { socket, ended, received: () => text }
}

t.test('an upload that is over before the force point is answered as ever', { buffered: true }, async (t) => {
  const { app, port, uploading, unheard } = await service(t, atOnce)
  const { socket, received, ended } = await upload(t, port, '/', 'Content-Length: 6')
  socket.write('abc')
  await uploading(1)

  const shutdown = app.ecsGraceful.shutdown()
  await unheard()
  socket.write('def')

  t.equal(await ended, 'FIN')
  t.match(received(), /^HTTP\/1\.1 200 .*\r\nconnection: close\r\n.*6$/si)
  t.match(await shutdown, { outcome: 'drained', served: 1 })
})

for (const [kind, header, chunk] of [
  ['of known length', 'Content-Length: 1000000000', 'x'.repeat(10_000)],
  ['in chunks', 'Transfer-Encoding: chunked', `2710\r\n${'x'.repeat(10_000)}\r\n`]
] as const) {
  t.test(`an upload ${kind} that cannot fit is answered 503 with close, and read on: no reset overtakes the answer`, { buffered: true }, async (t) => {
    const { app, port, uploading } = await service(t, hasty)
    const { socket, received, ended } = await upload(t, port, '/', header)
    socket.on('error', () => {})
    const over = new AbortController()
    const trickle = async (): Promise<void> => {
      while (!over.signal.aborted && socket.writable) {
        socket.write(chunk)
        await turn()
      }
    }
    const trickling = trickle()
    await uploading(1)

    const shutdown = app.ecsGraceful.shutdown()
    t.equal(await ended, 'FIN')
    for (let more = 0; more < 20; more++) await turn() // still sending, and still read
    over.abort()
    await trickling
    socket.end()

    t.match(received(), /^HTTP\/1\.1 503 Service Unavailable\r\n.*connection: close\r\n/si)
    t.equal(received().match(/HTTP\/1\.1/g)?.length, 1)
    t.match(await shutdown, { outcome: 'cut', cut: { requests: [{ method: 'POST', route: '/' }] } })
  })
}

t.test('an upload that nobody reads is answered as well', { buffered: true }, async (t) => {
  const { app, port, uploading } = await service(t, hasty)
  const { socket, received, ended } = await upload(t, port, '/unread', 'Content-Length: 2000000')
  socket.write('x'.repeat(1_000_000))
  await uploading(1)

  const shutdown = app.ecsGraceful.shutdown()

  t.equal(await ended, 'FIN')
  t.match(received(), /^HTTP\/1\.1 503 /)
  socket.end('x'.repeat(1_000_000))
  t.match(await shutdown, { outcome: 'cut', cut: { requests: [{ method: 'POST', route: '/unread' }] } })
})

/** How a handler may take its body in; each resolves with what it takes for the whole. */
const consumers: Readonly<Record<string, (body: Readable, answered: Promise<unknown>) => Promise<unknown>>> = {
  'pipes it into a sink': async (body) => {
    await pipeline(body, new Writable({ write (_chunk, _encoding, done) { done() } }))
  },
  'pipes it through a transform': async (body) => {
    await pipeline(body, new PassThrough(), new Writable({ write (_chunk, _encoding, done) { done() } }))
  },
  'iterates over it': async (body) => {
    for await (const chunk of body) void chunk
  },
  'has stopped reading it': async (body, answered) => {
    for await (const chunk of body) {
      void chunk
      await answered
    }
  }
}

for (const [how, consume] of Object.entries(consumers)) {
  for (const protocol of ['HTTP/1.1', 'HTTP/2']) {
    t.test(`${protocol}: a handler that ${how} is told that a refused upload is not the whole`, { buffered: true }, async (t) => {
      const app = (protocol === 'HTTP/2' ? Fastify({ http2: true }) : Fastify()) as unknown as FastifyInstance
      t.teardown(() => app.close())
      await app.register(ecsGraceful, hasty)
      const taken: unknown[] = []
      let go = (): void => {}
      const answered = new Promise<void>((resolve) => { go = resolve })
      const begun = once(app.server, 'begun')
      app.addContentTypeParser('*', (_request, _payload, done) => { done(null) })
      app.post('/', async (request) => {
        app.server.emit('begun')
        try {
          await consume(request.raw, answered)
          taken.push('whole')
        } catch (error) {
          taken.push((error as NodeJS.ErrnoException).code)
          throw error
        } finally {
          app.server.emit('taken')
        }
      })
      await app.listen({ port: 0, host: '127.0.0.1' })
      const { port } = app.server.address() as AddressInfo
      const over = once(app.server, 'taken')
      const status = protocol === 'HTTP/2' ? await endless2(t, port) : await endless(t, port)
      await begun

      const shutdown = app.ecsGraceful.shutdown()

      t.equal(await status(), '503')
      go()
      await over
      t.strictSame(taken, [protocol === 'HTTP/2' && taken[0] === 'ERR_STREAM_PREMATURE_CLOSE' ? taken[0] : 'ECONNRESET'])
      t.match(await shutdown, { outcome: 'cut', served: 0, errors: [] })
    })
  }
}

/** Uploads until it is answered; resolves with what asks for the status. */
async function endless (t: Test, port: number): Promise<() => Promise<string>> {
  const { socket, received, ended } = await upload(t, port, '/', 'Content-Length: 1000000000')
  const more = (): void => { while (socket.writable && socket.write(Buffer.alloc(50_000))); }
  socket.on('drain', more)
  more()
  return async () => {
    await ended
    return received().slice(9, 12)
  }
}

async function endless2 (t: Test, port: number): Promise<() => Promise<string>> {
  const session = http2.connect(`http://127.0.0.1:${port}`)
  t.teardown(() => session.destroy())
  const stream = session.on('error', () => {}).request({ ':method': 'POST', ':path': '/', 'content-type': 'a/b' })
  const response = once(stream, 'response')
  const more = (): void => { while (stream.writable && stream.write(Buffer.alloc(50_000))); }
  stream.on('error', () => {}).on('drain', more)
  more()
  return async () => String(((await response) as [http2.IncomingHttpHeaders])[0][':status'])
}

t.test('what a handler answers to a refused upload is answered to nobody, and harms nobody', { buffered: true }, async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(ecsGraceful, hasty)
  const uncaught: unknown[] = []
  const note = (error: unknown): void => { uncaught.push(error) }
  process.on('uncaughtException', note)
  t.teardown(() => process.off('uncaughtException', note))
  let go = (): void => {}
  app.addContentTypeParser('*', (_request, _payload, done) => { done(null) })
  app.addHook('onSend', (request, _reply, payload, done) => {
    go = () => done(null, payload)
    app.server.emit('sending', request)
  })
  app.post('/', async () => ({ late: true }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const sending = once(app.server, 'sending')
  const { received, ended } = await upload(t, (app.server.address() as AddressInfo).port, '/', 'Content-Length: 100')
  await sending

  const shutdown = app.ecsGraceful.shutdown()
  await ended
  go()
  await turn()

  t.match(received(), /^HTTP\/1\.1 503 /)
  t.match(await shutdown, { outcome: 'cut', errors: [] })
  t.strictSame(uncaught, [])
})

t.test('an upload whose header comes within the last second is answered as well', { buffered: true }, async (t) => {
  const { app, port, uploading, unheard } = await service(t, hasty)
  const first = await upload(t, port, '/', 'Content-Length: 100')
  await uploading(1)
  const second = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  let text = ''
  second.on('data', (chunk) => { text += String(chunk) }).on('error', () => {})
  t.teardown(() => second.destroy())
  await once(second, 'connect')
  second.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Type: a/b\r\nContent-Le')

  const shutdown = app.ecsGraceful.shutdown()
  await unheard()
  await first.ended // refused: the last second has begun
  second.write('ngth: 100\r\n\r\n')
  await once(second, 'end')

  t.match(text, /^HTTP\/1\.1 503 /)
  t.match(await shutdown, { outcome: 'cut', served: 0 })
})

t.test('a request that is pipelined behind a refused upload is not begun', { buffered: true }, async (t) => {
  const { app, port, uploading } = await service(t, hasty)
  const ran: string[] = []
  app.server.on('request', ({ url }) => ran.push(url!))
  const { socket, received, ended } = await upload(t, port, '/', 'Content-Length: 10')
  socket.write('abc')
  await uploading(1)

  const shutdown = app.ecsGraceful.shutdown()
  await ended
  socket.write('defghijPOST /pay HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n')

  await shutdown
  t.strictSame(ran, ['/'])
  t.equal(received().match(/HTTP\/1\.1/g)?.length, 1)
})

t.test('whoever has begun to answer is not talked over, and is counted as cut', { buffered: true }, async (t) => {
  const { app, port } = await service(t, hasty)
  const begun = once(app.server, 'begun')
  const { socket, received, ended } = await upload(t, port, '/begun', 'Content-Length: 2')
  socket.write('ab') // the parser has read all of it before the handler runs
  await begun

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'cut', cut: { requests: [{ method: 'POST', route: '/begun' }] } })
  await ended
  t.match(received(), /^HTTP\/1\.1 200 /)
})

t.test('a request whose body has arrived keeps its time to the force point', { buffered: true }, async (t) => {
  const { app, port } = await service(t, hasty)
  const begun = new Promise<void>((resolve) => {
    app.server.on('request', () => resolve())
  })
  const { ended, received } = await upload(t, port, '/unread', 'Content-Length: 0')
  await begun

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'cut', cut: { requests: [{ method: 'POST', route: '/unread' }] } })
  await ended
  t.equal(received(), '')
})

t.test('HTTP/2: a stream that is still uploading is answered 503, and told to stop; its neighbours go on', { buffered: true }, async (t) => {
  const { app, port, uploading } = await service(t, hasty, () => Fastify({ http2: true }))
  const session = http2.connect(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  t.teardown(() => session.destroy())
  const open = session.request({ ':method': 'POST', ':path': '/', 'content-type': 'application/octet-stream' })
  const whole = session.request({ ':method': 'POST', ':path': '/unread', 'content-type': 'application/octet-stream' }, { endStream: true })
  whole.on('error', () => {})
  open.write('abc')
  await uploading(2)
  const answered = once(open, 'response')
  const closed = once(open, 'close')

  const shutdown = app.ecsGraceful.shutdown()

  t.match(await answered, [{ ':status': 503 }])
  open.resume()
  await closed
  t.equal(open.rstCode, 0)
  t.match(await shutdown, { outcome: 'cut', served: 0, cut: { requests: [{ route: '/' }, { route: '/unread' }] } })
})
