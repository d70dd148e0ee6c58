import type { Duplex } from 'node:stream'

import type { WebSocketPeer } from '../../../types/index'
import type { Clock } from '../../core/clock'
import { textFrame } from './frames'
import { closeRaw } from './raw-close'

/** What `ws` makes of a socket, which is what `@fastify/websocket` hands to handlers and Socket.IO has underneath. */
type Ws = NonNullable<WebSocketPeer['webSocket']>

const OPEN = 1

/** Somebody at the other end of a WebSocket. */
export interface Peer extends WebSocketPeer {
  close (code: number): void
}

/**
 * Whom to say goodbye to on a WebSocket: `ws`'s own object where there is one, since that knows what it has yet to send;
 * else frames of our own, unless somebody pipes into the socket, who may be in the midst of a frame.
 *
 * Undefined for what cannot be told, or is going already.
 */
export function peerOn (socket: Duplex, clock: Clock): Peer | undefined {
  if (socket.destroyed || !socket.writable) return
  const ws = wsOn(socket)
  if (ws) {
    if (ws.readyState !== OPEN) return
    return { socket, webSocket: ws, send: (text) => ws.send(text), close: (code) => ws.close(code) }
  }
  const isPipedInto = socket.listenerCount('unpipe') > 0
  if (isPipedInto) return
  socket.on('error', () => {}) // of our writing: whoever took the socket over may not expect it
  return { socket, send: (text) => { socket.write(textFrame(text)) }, close: (code) => { void closeRaw(socket, code, clock) } }
}

/** `ws` keeps its object on the socket under a symbol of this name; nothing public leads there. */
export function wsOn (socket: Duplex): Ws | undefined {
  const symbol = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'websocket')
  const found = symbol && (socket as unknown as Record<symbol, Partial<Ws> | undefined>)[symbol]
  return typeof found?.close === 'function' && typeof found.readyState === 'number' ? found as Ws : undefined
}
