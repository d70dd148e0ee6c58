import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:net'
import type { Duplex } from 'node:stream'

const REFUSED = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

/**
 * Who has asked to leave HTTP for a WebSocket. Seen beside the handlers of others, whichever they are: nothing is done
 * for a server that has none, since with a listener of ours Node would take every request to upgrade for handled.
 */
export class Upgrades {
  /** Bytes written by then: with more, the handshake has been answered. */
  readonly #asked = new WeakMap<Duplex, number>()
  readonly #servers: Server[] = []
  /** Told of each new one. */
  onUpgrade: (socket: Duplex) => void = () => {}

  follow (server: Server): void {
    this.#servers.push(server)
    if (server.listenerCount('upgrade') > 0) server.prependListener('upgrade', this.#note)
    else this.#followOnceHandled(server)
    server.on('removeListener', (event) => {
      if (event !== 'upgrade' || server.listeners(event).some((listener) => listener !== this.#note)) return
      server.off('upgrade', this.#note) // the last handler has gone: ours alone would leave the client waiting
      if (server.listenerCount('newListener') === 0) this.#followOnceHandled(server)
    })
  }

  /** Whether a client has asked for a WebSocket on it. */
  has (socket: Duplex): boolean {
    return this.#asked.has(socket)
  }

  /** Whether it has been answered, too. */
  isAnswered (socket: Duplex & { readonly bytesWritten?: number }): boolean {
    return (socket.bytesWritten ?? 0) > (this.#asked.get(socket) ?? Infinity)
  }

  /** From now on every request to upgrade is answered 503, whatever handlers there are. */
  refuse (): void {
    for (const server of this.#servers) {
      if (server.listenerCount('upgrade') === 0) continue
      server.removeAllListeners('upgrade')
      server.on('upgrade', (_request: IncomingMessage, socket: Duplex & { destroySoon? (): void }) => {
        socket.on('error', () => {}) // Node has taken its own listener away
        socket.end(REFUSED)
        socket.destroySoon?.()
      })
    }
  }

  #followOnceHandled (server: Server): void {
    const arm = (event: string | symbol): void => {
      if (event !== 'upgrade') return
      server.off('newListener', arm) // before ours is added, which says the same
      server.on('upgrade', this.#note) // said before the other is added, so ours comes first
    }
    server.on('newListener', arm)
  }

  readonly #note = ({ headers }: IncomingMessage, socket: Duplex & { readonly bytesWritten?: number }): void => {
    // Where localhost has two addresses, Fastify's second server hands its upgrades to the first: they are seen twice.
    if (headers.upgrade?.toLowerCase() !== 'websocket' || this.#asked.has(socket)) return
    this.#asked.set(socket, socket.bytesWritten ?? 0)
    this.onUpgrade(socket)
  }
}
