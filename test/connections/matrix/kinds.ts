import { byHand, echo } from '../web-sockets/service'
import * as bare from './clients/bare'
import type { Client, Open } from './clients/client'
import * as http from './clients/http'
import * as http2 from './clients/http2'
import { webSocket } from './clients/web-socket'
import { certificate, type Service, type Setup } from './service'

/** A kind of connection: a service, and a client of it. */
export interface Kind extends Setup {
  readonly open: Open
  /** What of it is named when it is cut. @default 'GET /held' */
  readonly asks?: string
  /** Whether the connection has been used before what is looked at comes on it. */
  readonly used?: true
  /** Requests of each client that are in flight beside the one that is looked at. */
  readonly besides?: number
  /** Whether its client says nothing. */
  readonly silent?: true
  /** Whether the service has taken what `clients` have sent. */
  readonly isTaken: (service: Service, clients: readonly Client[]) => boolean
}

/** By a handler. */
const handled: Pick<Kind, 'isTaken'> = { isTaken: (service, { length }) => service.taken() >= length }
const opened: Pick<Kind, 'isTaken'> = { isTaken: (_service, clients) => clients.every(({ begun }) => begun!()) }

export const kinds = {
  'HTTP/1.1 request': { open: http.plain, ...handled },
  'HTTP/1.1 request on a kept connection': { open: http.kept, used: true, ...handled },
  'HTTPS request': { fastify: { https: certificate }, open: http.secure, ...handled },
  'HTTP/2 stream': { fastify: { http2: true }, open: http2.clear, ...handled },
  'HTTP/2 stream over TLS': { fastify: { http2: true, https: certificate }, open: http2.secure, ...handled },
  'HTTP/2 stream on a used session': {
    fastify: { http2: true }, open: http2.onUsedSession, used: true, besides: 1, isTaken: (service, { length }) => service.taken() >= 2 * length
  },
  'event stream': { open: http.eventStream, asks: 'GET /events/:first', ...handled },
  'WebSocket of @fastify/websocket': { add: echo, open: webSocket, ...opened },
  'WebSocket of a handler by hand': { add: byHand, open: webSocket, ...opened },
  upload: { open: http.upload, asks: 'POST /upload', ...handled },
  'slow reader of a large answer': { open: http.slowReader, asks: 'GET /large', ...handled },
  'request on a Unix socket': { unix: true, open: http.plain, ...handled },
  'silent connection': { open: bare.silent, silent: true, isTaken: ({ connections }, { length }) => connections.length >= length },
  'half a header': {
    open: bare.halfHeader,
    isTaken: ({ connections }, { length }) => connections.filter(({ bytesRead }) => bytesRead > 0).length >= length
  }
} satisfies Record<string, Kind>

export type KindName = keyof typeof kinds
