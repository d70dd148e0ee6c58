import type { Http2ServerRequest } from 'node:http2'

import { isHttp2, requestsOn, type Sessions } from './sessions'
import type { Sockets } from './sockets'
import type { AnyRequest, Traffic } from './traffic'
import { refuseStream } from './uploads'

/** The HTTP/2 requests of a draining task. Nothing is done here before `watch`. */
export class Streams {
  readonly #sockets: Sockets
  readonly #sessions: Sessions
  readonly #traffic: Traffic

  constructor (sockets: Sockets, sessions: Sessions, traffic: Traffic) {
    this.#sockets = sockets
    this.#sessions = sessions
    this.#traffic = traffic
  }

  /** Notes arrivals and answers from now on, the answers to requests in flight included. */
  watch (): void {
    // In front of the handler, which may already know that the request is a probe.
    for (const server of this.#servers) server.prependListener('request', this.#started)
    for (const request of this.inFlight()) this.#awaitAnswer(request)
  }

  unwatch (): void {
    for (const server of this.#servers) server.off('request', this.#started)
  }

  inFlight (): Http2ServerRequest[] {
    return [...this.#sockets].flatMap((socket) => {
      const session = this.#sessions.on(socket)
      return session ? requestsOn(session) : []
    })
  }

  refuseUploads (): void {
    for (const request of this.inFlight()) if (refuseStream(request)) this.#traffic.refuse(request)
  }

  get #servers () {
    return this.#sockets.servers.filter(isHttp2)
  }

  readonly #started = (request: AnyRequest): void => {
    if (!('stream' in request)) return // HTTP/1.1 on a server that allows it
    this.#traffic.arrived(request)
    this.#awaitAnswer(request)
  }

  #awaitAnswer (request: Http2ServerRequest): void {
    const { stream } = request
    stream.once('close', () => {
      if (stream.writableFinished && stream.rstCode === 0) this.#traffic.answered(request)
    })
  }
}
