import type { Http2Server, Http2ServerRequest, ServerHttp2Session, ServerHttp2Stream } from 'node:http2'
import { Server as NetServer, type Server, type Socket } from 'node:net'

/** Node does not export the classes of its HTTP/2 servers; of all its servers only they have settings to update. */
export function isHttp2 (server: Server): boolean {
  return server instanceof NetServer && typeof (server as Partial<Http2Server>).updateSettings === 'function'
}

/**
 * Closes the listener and nothing else. From Node 24 on an HTTP/2 server's own `close()` says GOAWAY on every session,
 * those included that have just been accepted and whose first request has not been read.
 */
export function stopListening (server: Server): void {
  if (isHttp2(server)) NetServer.prototype.close.call(server)
  else server.close()
}

const nobody = (): void => {}

/** The HTTP/2 sessions of Node servers, by their sockets. One listener per connection, and nothing per request. */
export class Sessions {
  readonly #bySocket = new WeakMap<Socket, ServerHttp2Session>()

  readonly #remember = (session: ServerHttp2Session): void => {
    // What a session shows for its socket is a proxy, but an emitter's methods return the emitter.
    this.#bySocket.set(session.socket.off('close', nobody), session)
  }

  follow (server: Server): void {
    if (isHttp2(server)) (server as Http2Server).on('session', this.#remember)
  }

  on (socket: Socket): ServerHttp2Session | undefined {
    return this.#bySocket.get(socket)
  }
}

/** Whether a client has ever opened a stream. */
export function hasBegun (session: ServerHttp2Session): boolean {
  return (session.state.lastProcStreamID ?? 0) > 0
}

/** The requests that have not been answered to the end. Node has no list of a session's streams to offer, but keeps one. */
export function requestsOn (session: ServerHttp2Session): Http2ServerRequest[] {
  const { streams = new Map() } = kept<{ readonly streams?: ReadonlyMap<number, ServerHttp2Stream> }>(session, 'state') ?? {}
  return [...streams.values()].flatMap((stream) => kept<Http2ServerRequest>(stream, 'request') ?? [])
}

/** What Node keeps under a private symbol. Undocumented, the same on Node 20, 22 and 24. */
function kept<T> (holder: object, name: string): T | null | undefined {
  const symbol = Object.getOwnPropertySymbols(holder).find(({ description }) => description === name)
  return symbol && (holder as Record<symbol, T | null>)[symbol]
}
