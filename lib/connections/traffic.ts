import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'

import type { Clock } from '../core/clock'

/** A request of either protocol, as Fastify hands it to a handler (`request.raw`). */
export type AnyRequest = IncomingMessage | Http2ServerRequest

/** What has arrived and been answered since `watch`, over HTTP/1.1 and HTTP/2 alike. Whoever sees requests tells it. */
export class Traffic {
  readonly #clock: Clock
  readonly #isProbe: (request: AnyRequest) => boolean
  readonly #arrivals = new WeakMap<AnyRequest, number>()
  readonly #probes = new WeakSet<AnyRequest>()
  readonly #refused: AnyRequest[] = []
  #since = 0
  #last = -Infinity
  #beforeLast = -Infinity
  #lastBy?: AnyRequest
  #served = 0

  /** `isProbe` tells health probes, which are no traffic. */
  constructor (clock: Clock, isProbe: (request: AnyRequest) => boolean) {
    this.#clock = clock
    this.#isProbe = isProbe
  }

  /** When the last request but probes arrived. */
  get last (): number {
    return this.#last
  }

  get served (): number {
    return this.#served
  }

  watch (): void {
    this.#since = this.#clock.now()
  }

  arrived (request: AnyRequest): void {
    const now = this.#clock.now()
    this.#arrivals.set(request, now)
    if (this.#isProbe(request)) return
    this.#beforeLast = this.#last
    this.#last = now
    this.#lastBy = request
  }

  /** The answer has gone out. */
  answered (request: AnyRequest): void {
    if (!this.#isProbe(request) && !this.#probes.has(request) && !this.#refused.includes(request)) this.#served++
  }

  /** Its client gets an answer, but not the one it asked for: it counts as cut, and not as served. */
  refuse (request: AnyRequest): void {
    this.#refused.push(request)
  }

  get refused (): readonly AnyRequest[] {
    return this.#refused
  }

  /** A request has turned out to be a health probe, under whatever path it came: it is no traffic. */
  probed (request: AnyRequest): void {
    this.#probes.add(request)
    if (this.#lastBy === request) this.#last = this.#beforeLast
  }

  /** Milliseconds that a request has been in flight: since it arrived, or since `watch` if it was there before. */
  age (request: AnyRequest): number {
    return this.#clock.now() - (this.#arrivals.get(request) ?? this.#since)
  }
}
