import type { ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'
import { Server as TlsServer } from 'node:tls'

/** What Node keeps on a socket that its HTTP server reads from. Undocumented, the same on Node 20 to 26. */
interface HttpSocket extends Socket {
  /** Null once the socket has left HTTP: upgraded, or CONNECT. */
  readonly parser?: object | null
  /** The response in flight; undefined before the first, null between two. */
  readonly _httpMessage?: ServerResponse | null
}

/**
 * The sockets of Node servers, in a Set kept from the start: Node has no list of them to offer, and nothing but a Set
 * could be kept without a cost per request.
 */
export class Sockets {
  readonly #open = new Set<Socket>()
  readonly #servers: Server[] = []
  /** How many there have ever been. */
  opened = 0
  // One function for all sockets: a closure each would double what a connection costs in memory.
  readonly #forget = (() => {
    const open = this.#open
    return function (this: Socket) { open.delete(this) }
  })()

  /** Behind TLS: connections whose handshake is under way. */
  readonly #handshaking = new Set<Socket>()

  readonly #remember = (socket: Socket) => {
    this.#open.add(socket)
    this.opened++
    socket.on('close', this.#forget)
  }

  readonly #greet = (socket: Socket) => {
    this.#handshaking.add(socket)
    socket.once('close', () => this.#handshaking.delete(socket))
  }

  readonly #secured = (socket: Socket & { readonly _parent?: Socket }) => {
    if (socket._parent) this.#handshaking.delete(socket._parent)
    this.#remember(socket)
  }

  /** Behind TLS, what speaks HTTP is the secured socket; there is none before the handshake is over. */
  follow (server: Server): void {
    this.#servers.push(server)
    if (server instanceof TlsServer) server.on('connection', this.#greet).on('secureConnection', this.#secured)
    else server.on('connection', this.#remember)
  }

  /** Keeps Node from closing what it takes for idle, which is any connection whose answer has been written, though not yet sent. */
  keepIdle (): void {
    for (const server of this.#servers) (server as Server & { closeIdleConnections?: () => void }).closeIdleConnections = () => {}
  }

  get handshaking (): Iterable<Socket> {
    return this.#handshaking.values()
  }

  /** Counts the connections that the servers accept while `during` runs, which may ask how many they are so far. */
  async countAccepted (during: (soFar: () => number) => Promise<void>): Promise<number> {
    let accepted = 0
    const count = (): void => { accepted++ }
    for (const server of this.#servers) server.on('connection', count)
    await during(() => accepted)
    for (const server of this.#servers) server.off('connection', count)
    return accepted
  }

  get servers (): readonly Server[] {
    return this.#servers
  }

  get size (): number {
    return this.#open.size + this.#handshaking.size
  }

  [Symbol.iterator] (): IterableIterator<Socket> {
    return this.#open.values()
  }
}

/** The response that the socket is about to give, or is giving. */
export function responseInFlight (socket: Socket): ServerResponse | undefined {
  const { parser, _httpMessage } = socket as HttpSocket
  // Before anything else: @fastify/websocket leaves a response on the sockets it takes over.
  if (parser === null) return
  return _httpMessage ?? undefined
}

/** Whether the socket has left HTTP for good. */
export function isUpgraded (socket: Socket): boolean {
  return (socket as HttpSocket).parser === null && !socket.destroyed
}

/** Whether a request on the socket has ever been answered. */
export function hasServed (socket: Socket): boolean {
  return (socket as HttpSocket)._httpMessage === null
}
