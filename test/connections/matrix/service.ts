import Fastify, { type FastifyInstance } from 'fastify'
import { once, setMaxListeners } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'

import ecsGraceful, { type EcsGracefulOptions } from '../../../lib/index'

/** Of tests only: self-signed, and its key is public. */
export const certificate = {
  key: readFileSync(join(__dirname, '../../fixtures/localhost.key')), cert: readFileSync(join(__dirname, '../../fixtures/localhost.crt'))
}

/** More than the buffers of two sockets and a door hold. */
export const LARGE = Buffer.alloc(20_000_000)
export const UPLOADED = 'first half, second half'

export type Where = { readonly host: string, readonly port: number } | { readonly path: string }

export interface Setup {
  /** Options of Fastify's. */
  readonly fastify?: object
  /** Whether it listens on a Unix socket. */
  readonly unix?: boolean
  readonly add?: (app: FastifyInstance) => unknown
}

export interface Service {
  readonly app: FastifyInstance
  readonly where: Where
  readonly connections: readonly net.Socket[]
  /** How many requests have reached a handler. */
  readonly taken: () => number
  /** Lets `/held` answer, now and from now on. */
  release (): void
  /** Called at the very moment at which the phase becomes `closing`; its log line is written then, at once. */
  atClosing: () => void
}

/** A service with something for each kind of client to ask for. */
export async function serve (t: Test, options: EcsGracefulOptions, { fastify, unix = false, add }: Setup): Promise<Service> {
  const stream = { write (line: string) { if (line.includes('"phase":"closing"')) service.atClosing() } }
  const app = Fastify({ logger: { level: 'info', stream }, ...fastify }) as unknown as FastifyInstance
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { ...options, signals: false })
  await add?.(app)

  let taken = 0
  const released = new AbortController()
  setMaxListeners(0, released.signal) // one for each request that is held
  app.get('/at-once', async () => 'at once')
  app.get('/held', async () => {
    taken++
    if (!released.signal.aborted) await once(released.signal, 'abort')
    return 'held'
  })
  app.get('/large', async () => {
    taken++
    return LARGE
  })
  app.get<{ Params: { first: string } }>('/events/:first', (request, reply) => {
    taken++
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
    if (request.params.first === 'large') reply.raw.write(LARGE)
    app.ecsGraceful.eventStream(reply.raw)
  })
  app.addContentTypeParser('application/octet-stream', async (_request: unknown, payload: NodeJS.ReadableStream) => {
    taken++
    let text = ''
    for await (const chunk of payload) text += String(chunk)
    return text
  })
  app.post('/upload', async ({ body }) => body)

  const connections: net.Socket[] = []
  app.server.on('connection', (socket: net.Socket) => connections.push(socket))
  const path = unix && socketPath(t)
  await app.listen(path ? { path } : { port: 0, host: '127.0.0.1' })
  const where = path ? { path } : { host: '127.0.0.1', port: (app.server.address() as AddressInfo).port }
  const service: Service = { app, where, connections, taken: () => taken, release: () => released.abort(), atClosing () {} }
  return service
}

function socketPath (t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'socket-')) // a socket's path has room for 107 characters
  t.teardown(() => rmSync(folder, { recursive: true }))
  return join(folder, 'socket')
}
