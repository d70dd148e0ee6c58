import diagnosticsChannel from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

import { sayGoodbye } from './goodbye'
import { hasServed, responseInFlight, type Sockets } from './sockets'
import type { Traffic } from './traffic'
import { refuseUpload } from './uploads'

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly server: object
  readonly socket: Socket
}

/**
 * The HTTP/1.1 requests of a draining task. Nothing is done here before `watch`: then Node's own channels are listened to,
 * which see every request of every server in the process, those that never reach a `request` listener among them.
 */
export class Requests {
  readonly #sockets: Sockets
  readonly #traffic: Traffic
  readonly #read = new WeakMap<Socket, number>()
  readonly #refused = new WeakSet<Socket>()

  constructor (sockets: Sockets, traffic: Traffic) {
    this.#sockets = sockets
    this.#traffic = traffic
  }

  /** Notes arrivals and answers from now on and has every answer say goodbye, those in flight included. */
  watch (): void {
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

  inFlight (): IncomingMessage[] {
    return [...this.#sockets].flatMap((socket) => responseInFlight(socket)?.req ?? [])
  }

  refuseUploads (): void {
    for (const socket of this.#sockets) {
      const response = responseInFlight(socket)
      if (!response || !refuseUpload(response)) continue
      this.#refused.add(socket)
      this.#traffic.refuse(response.req)
    }
  }

  /** Whether an upload on it was refused: it is read until its client goes, or it is cut. */
  wasRefused (socket: Socket): boolean {
    return this.#refused.has(socket)
  }

  /** Bytes that came on the socket after its last answer was out: part of a next request, or the rest of an upload. */
  bytesSinceAnswer (socket: Socket): number {
    return socket.bytesRead - (this.#read.get(socket) ?? 0)
  }

  readonly #started = (message: unknown): void => {
    const { request, response, server } = message as Exchange
    if (!this.#isOurs(server)) return
    this.#traffic.arrived(request)
    sayGoodbye(request, response)
  }

  readonly #finished = (message: unknown): void => {
    const { request, server, socket } = message as Exchange
    if (!this.#isOurs(server)) return
    // Node calls an answer finished also when writing it has failed.
    if (!socket.destroyed) this.#traffic.answered(request)
    // An early answer to an upload: what comes after it is the rest of that.
    this.#read.set(socket, request.complete ? socket.bytesRead : -1)
  }

  #isOurs (server: object): boolean {
    return (this.#sockets.servers as readonly object[]).includes(server)
  }
}
