import diagnosticsChannel from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

import type { Clock } from '../core/clock'
import { sayGoodbye } from './goodbye'
import { hasServed, responseInFlight, type Sockets } from './sockets'

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly server: object
  readonly socket: Socket
}

/**
 * The requests of a draining task. Nothing is done here before `watch`: then Node's own channels are listened to, which
 * see every request of every server in the process, those that never reach a `request` listener among them.
 */
export class Requests {
  readonly #sockets: Sockets
  readonly #clock: Clock
  readonly #isProbe: (request: IncomingMessage) => boolean
  readonly #arrivals = new WeakMap<ServerResponse, number>()
  readonly #read = new WeakMap<Socket, number>()
  readonly #probes = new WeakSet<IncomingMessage>()
  #since = 0
  #last = -Infinity
  #beforeLast = -Infinity
  #lastBy?: IncomingMessage
  #served = 0

  /** `isProbe` tells health probes, which are no traffic. */
  constructor (sockets: Sockets, clock: Clock, isProbe: (request: IncomingMessage) => boolean) {
    this.#sockets = sockets
    this.#clock = clock
    this.#isProbe = isProbe
  }

  get last (): number {
    return this.#last
  }

  get served (): number {
    return this.#served
  }

  /** Notes arrivals and answers from now on and has every answer say goodbye, those in flight included. */
  watch (): void {
    this.#since = this.#clock.now()
    diagnosticsChannel.subscribe('http.server.request.start', this.#started)
    diagnosticsChannel.subscribe('http.server.response.finish', this.#finished)
    for (const socket of this.#sockets) {
      if (hasServed(socket)) this.#read.set(socket, socket.bytesRead)
      const response = responseInFlight(socket)
      if (response) sayGoodbye(response.req, response)
    }
  }

  unwatch (): void {
    diagnosticsChannel.unsubscribe('http.server.request.start', this.#started)
    diagnosticsChannel.unsubscribe('http.server.response.finish', this.#finished)
  }

  /** A request has turned out to be a health probe, under whatever path it came: it is no traffic. */
  probed (request: IncomingMessage): void {
    this.#probes.add(request)
    if (this.#lastBy === request) this.#last = this.#beforeLast
  }

  /** Milliseconds that a request has been in flight: since it arrived, or since `watch` if it was there before. */
  age (response: ServerResponse): number {
    return this.#clock.now() - (this.#arrivals.get(response) ?? this.#since)
  }

  /** Bytes that came on the socket after its last answer was out: part of a next request, or the rest of an upload. */
  bytesSinceAnswer (socket: Socket): number {
    return socket.bytesRead - (this.#read.get(socket) ?? 0)
  }

  readonly #started = (message: unknown): void => {
    const { request, response, server } = message as Exchange
    if (!this.#isOurs(server)) return
    const now = this.#clock.now()
    this.#arrivals.set(response, now)
    if (!this.#isProbe(request)) {
      this.#beforeLast = this.#last
      this.#last = now
      this.#lastBy = request
    }
    sayGoodbye(request, response)
  }

  readonly #finished = (message: unknown): void => {
    const { request, server, socket } = message as Exchange
    if (!this.#isOurs(server)) return
    // Node calls an answer finished also when writing it has failed.
    if (!socket.destroyed && !this.#isProbe(request) && !this.#probes.has(request)) this.#served++
    // An early answer to an upload: what comes after it is the rest of that.
    this.#read.set(socket, request.complete ? socket.bytesRead : -1)
  }

  #isOurs (server: object): boolean {
    return (this.#sockets.servers as readonly object[]).includes(server)
  }
}
