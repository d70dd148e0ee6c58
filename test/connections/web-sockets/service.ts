import fastifyWebsocket from '@fastify/websocket'
import Fastify, { type FastifyInstance } from 'fastify'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import WebSocket from 'ws'
import type { Test } from 'tap'

import ecsGraceful, { type EcsGracefulOptions } from '../../../lib/index'
import { brisk } from '../../helpers/child'
import { turn } from '../../helpers/turn'

/** No lame duck: closing begins with `shutdown()`. */
export const atOnce: EcsGracefulOptions = { ...brisk, drainDelay: 0, quietPeriod: 0, signals: false }
/** And what is in flight has little more than a second. */
export const hasty: EcsGracefulOptions = { ...atOnce, stopTimeout: 4_500, maxDrainDelay: 0, gracePeriod: 0, closeTimeout: 1_000 }
/** A lame duck of a minute. */
export const patient: EcsGracefulOptions = { ...brisk, stopTimeout: 120_000, drainDelay: 60_000, maxDrainDelay: 60_000, signals: false }

export interface Service {
  readonly app: FastifyInstance
  readonly port: number
  /** Resolves once the listener is closed. */
  unheard (): Promise<void>
}

/** A service that listens; `add` may register what it likes behind the plugin. */
export async function service (t: Test, options: EcsGracefulOptions, add: (app: FastifyInstance) => unknown): Promise<Service> {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(ecsGraceful, options)
  await add(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    app,
    port: (app.server.address() as AddressInfo).port,
    async unheard () { while (app.server.listening) await turn() }
  }
}

/** An echo by way of `@fastify/websocket`. */
export async function echo (app: FastifyInstance): Promise<void> {
  await app.register(fastifyWebsocket)
  app.get('/', { websocket: true }, (socket) => {
    socket.on('message', (message) => socket.send(String(message)))
  })
}

/** The answer to a handshake, RFC 6455 section 4.2.2. */
export function handshake ({ headers }: IncomingMessage): string {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
}

/** A handler by hand, without any library: it answers the handshake and reads. */
export function byHand (app: FastifyInstance): Duplex[] {
  const sockets: Duplex[] = []
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    sockets.push(socket)
    socket.write(handshake(request))
    socket.on('error', () => {}).on('end', () => socket.end()).resume()
  })
  return sockets
}

export interface Closed {
  readonly code: number
  readonly messages: readonly string[]
}

/** A client, and how its connection ends. */
export async function connect (t: Test, port: number): Promise<{ client: WebSocket, closed: Promise<Closed> }> {
  const client = new WebSocket(`ws://127.0.0.1:${port}/`)
  const messages: string[] = []
  client.on('message', (message) => messages.push(String(message))).on('error', () => {})
  const closed = new Promise<Closed>((resolve) => {
    client.on('close', (code) => resolve({ code, messages }))
  })
  t.teardown(() => client.terminate())
  await once(client, 'open')
  return { client, closed }
}

/** A request to upgrade, as it is on the wire. */
export const UPGRADE = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

/** A bare connection, which answers nothing. */
export async function mute (t: Test, port: number, text = UPGRADE): Promise<{ socket: net.Socket, received: () => Buffer }> {
  const socket = net.connect(port, '127.0.0.1')
  let received = Buffer.alloc(0)
  socket.on('data', (chunk) => { received = Buffer.concat([received, chunk]) }).on('error', () => {})
  t.teardown(() => socket.destroy())
  await once(socket, 'connect')
  socket.write(text)
  return { socket, received: () => received }
}
