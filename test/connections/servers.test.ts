import Fastify, { type FastifyInstance } from 'fastify'
import dns from 'node:dns'
import http from 'node:http'
import https from 'node:https'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import tls from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'

import ecsGraceful from '../../lib/index'
import { brisk } from '../helpers/child'

/** Adds what the tests ask for; `held` resolves when a request is in flight, `release` lets it be answered. */
async function service (app: FastifyInstance) {
  await app.register(ecsGraceful, { ...brisk, drainDelay: 0, quietPeriod: 0, signals: false })
  let arrived!: () => void
  let release!: () => void
  const held = new Promise<void>((resolve) => { arrived = resolve })
  const released = new Promise<void>((resolve) => { release = resolve })
  app.get('/held', async () => {
    arrived()
    await released
    return 'held'
  })
  return { app, held, release: () => release() }
}

async function body (request: http.ClientRequest): Promise<string> {
  const [response] = await once(request, 'response') as [http.IncomingMessage]
  return await response.setEncoding('utf8').reduce((text: string, chunk: string) => text + chunk, '')
}

/** Of tests only: self-signed, and its key is public. */
const certificate = {
  key: readFileSync(join(__dirname, '../fixtures/localhost.key')), cert: readFileSync(join(__dirname, '../fixtures/localhost.crt'))
}

t.test('an HTTPS server is drained, and a connection that never finishes its handshake does not hold it', async (t) => {
  const { app, held, release } = await service(Fastify({ https: certificate }) as unknown as FastifyInstance)
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
  const answer = body(https.get({ port, path: '/held', rejectUnauthorized: false, agent: new https.Agent({ keepAlive: true }) }))
  const silent = net.connect(port, '127.0.0.1')
  await Promise.all([held, once(silent, 'connect')])
  const closed = once(silent, 'close')

  const shutdown = app.ecsGraceful.shutdown()
  release()

  t.equal(await answer, 'held')
  t.match(await shutdown, { outcome: 'drained', served: 1 })
  await closed
})

t.test('a connection whose TLS handshake is under way when the listener closes is served', async (t) => {
  const { app } = await service(Fastify({ https: certificate }) as unknown as FastifyInstance)
  app.get('/', async () => 'served')
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
  const accepted = once(app.server, 'connection')
  const raw = net.connect(port, '127.0.0.1')
  await Promise.all([once(raw, 'connect'), accepted]) // and not a byte of its handshake has come

  const shutdown = app.ecsGraceful.shutdown()
  while (app.server.listening) await new Promise((resolve) => setImmediate(resolve))
  const socket = tls.connect({ socket: raw, rejectUnauthorized: false })
  const answer = body(http.get({ path: '/', createConnection: () => socket }))

  t.equal(await answer, 'served')
  t.match(await shutdown, { outcome: 'drained', served: 1 })
})

t.test('a server made by serverFactory is drained', async (t) => {
  const { app, held, release } = await service(Fastify({ serverFactory: (handler) => http.createServer(handler) }))
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
  const answer = body(http.get({ port, path: '/held', agent: new http.Agent({ keepAlive: true }) }))
  await held

  const shutdown = app.ecsGraceful.shutdown()
  release()

  t.equal(await answer, 'held')
  t.match(await shutdown, { outcome: 'drained' })
})

t.test('a server on a Unix socket is drained', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'socket-')) // a socket's path has room for 107 characters
  t.teardown(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'socket')
  const { app, held, release } = await service(Fastify())
  await app.listen({ path })
  const answer = body(http.get({ socketPath: path, path: '/held', agent: new http.Agent({ keepAlive: true }) }))
  await held

  const shutdown = app.ecsGraceful.shutdown()
  release()

  t.equal(await answer, 'held')
  t.match(await shutdown, { outcome: 'drained' })
})

t.test('where localhost has two addresses, both listeners are drained', async (t) => {
  const { lookup } = dns
  dns.lookup = ((...args: unknown[]) => {
    const done = args.at(-1) as (...found: unknown[]) => void
    const found = args[0] === 'localhost' ? ['127.0.0.1', '127.0.0.2'] : [args[0]]
    if ((args[1] as { all?: boolean }).all) done(null, found.map((address) => ({ address, family: 4 })))
    else done(null, found[0], 4)
  }) as unknown as typeof dns.lookup
  t.teardown(() => { dns.lookup = lookup })
  const { app, held, release } = await service(Fastify())
  const port = Number(new URL(await app.listen({ port: 0, host: 'localhost' })).port)
  const answer = body(http.get({ host: '127.0.0.2', port, path: '/held', agent: new http.Agent({ keepAlive: true }) }))
  await held

  const shutdown = app.ecsGraceful.shutdown()
  release()

  t.equal(await answer, 'held')
  t.match(await shutdown, { outcome: 'drained', served: 1 })
})

t.test('2,000 idle connections are closed in batches, and nothing of them is left', async (t) => {
  const { app } = await service(Fastify())
  app.get('/', async () => 'ok')
  const port = Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
  const agent = new http.Agent({ keepAlive: true, maxFreeSockets: Infinity })
  await Promise.all(Array.from({ length: 2_000 }, () => body(http.get({ port, host: '127.0.0.1', agent }))))

  const report = await app.ecsGraceful.shutdown()

  t.match(report, { outcome: 'drained', cut: { requests: [] } })
})
