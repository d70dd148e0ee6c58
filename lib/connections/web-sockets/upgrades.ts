import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:net'
import type { Duplex } from 'node:stream'

import { REFUSAL } from '../refusal'
import { onFirstWrite } from './first-write'
import { wsOn } from './peer'

const SWITCHED = 'HTTP/1.1 101'

/** To the request to upgrade: none yet; 101, so that the socket is a WebSocket; or a response as to any other request. */
export type Answer = 'awaited' | 'switched' | 'response'

/**
 * Who has asked to leave HTTP for a WebSocket. Seen beside the handlers of others, whichever they are: nothing is done
 * for a server that has none, since with a listener of ours Node would take every request to upgrade for handled.
 */
export class Upgrades {
  readonly #answers = new WeakMap<Duplex, Answer>()
  readonly #servers: Server[] = []
  /** Told of every request to upgrade, to whatever: Node's own channels and `request` listeners do not see them. */
  onRequest: (request: IncomingMessage) => void = () => {}
  /** Told of each that may become a WebSocket. */
  onUpgrade: (socket: Duplex) => void = () => {}

  follow (server: Server): void {
    this.#servers.push(server)
    let armed = false
    const onNew = (event: string | symbol): void => {
      if (event !== 'upgrade' || !armed) return
      armed = false
      server.off('newListener', onNew) // before ours is added, which says the same
      server.on('upgrade', this.#note) // said before the other is added, so ours comes first
    }
    /** Waits for a handler to come. */
    const arm = (): void => {
      server.off('newListener', onNew) // somebody may have removed it, or not
      armed = true
      server.on('newListener', onNew)
    }
    if (server.listenerCount('upgrade') > 0) server.prependListener('upgrade', this.#note)
    else arm()
    server.on('removeListener', (event) => {
      if (event !== 'upgrade' || armed || server.listeners(event).some((listener) => listener !== this.#note)) return
      arm()
      server.off('upgrade', this.#note) // the last handler has gone: ours alone would leave the client waiting
    })
  }

  /** Whether it is a WebSocket, or may become one. Those of `ws` are known by themselves, should others have removed our listeners. */
  has (socket: Duplex): boolean {
    return this.#answers.has(socket) || wsOn(socket) !== undefined
  }

  /** How it was answered. A frame of ours in a plain response would be taken for a part of it. */
  answer (socket: Duplex): Answer {
    return wsOn(socket) ? 'switched' : this.#answers.get(socket) ?? 'response'
  }

  /** From now on every request to upgrade is answered 503, whatever handlers there are. */
  refuse (): void {
    for (const server of this.#servers) {
      if (server.listenerCount('upgrade') === 0) continue
      server.removeAllListeners('upgrade')
      server.on('upgrade', (_request: IncomingMessage, socket: Duplex & { destroySoon? (): void }) => {
        socket.on('error', () => {}) // Node has taken its own listener away
        socket.end(REFUSAL)
        socket.destroySoon?.()
      })
    }
  }

  readonly #note = (request: IncomingMessage, socket: Duplex): void => {
    this.onRequest(request)
    // Where localhost has two addresses, Fastify's second server hands its upgrades to the first: they are seen twice.
    if (request.headers.upgrade?.toLowerCase() !== 'websocket' || this.#answers.has(socket)) return
    this.#answers.set(socket, 'awaited')
    onFirstWrite(socket, (text) => this.#answers.set(socket, text.startsWith(SWITCHED) ? 'switched' : 'response'))
    this.onUpgrade(socket)
  }
}
