import type { Socket } from 'node:net'

import type { Clock } from '../core/clock'
import type { Sockets } from './sockets'
import type { AnyRequest } from './traffic'

/** How often is looked, in milliseconds. */
const LOOK = 1_000

/**
 * Whether anything but health probes has arrived lately, while the task is ready and nothing watches requests: once a second the
 * bytes that each open socket has read are compared with those of a second ago. What cannot be told counts as traffic: a
 * connection that came and went between two looks, or one that has gone since the last.
 */
export class Pulse {
  readonly #sockets: Sockets
  readonly #clock: Clock
  readonly #timer: NodeJS.Timeout
  /** Of sockets that carried probes, the bytes that those were. */
  readonly #probes = new WeakMap<Socket, number>()
  #probing = 0
  #known = new Map<Socket, number>()
  #opened = 0
  #lastStir: number

  constructor (sockets: Sockets, clock: Clock) {
    this.#sockets = sockets
    this.#clock = clock
    this.#lastStir = clock.now()
    this.#timer = setInterval(() => this.#look(), LOOK).unref()
  }

  /** How long nothing has arrived, in milliseconds; at most a second less than it was. */
  get quietFor (): number {
    this.#look()
    return this.#clock.now() - this.#lastStir
  }

  /** All that its socket has read so far was for probes. */
  probed (request: AnyRequest): void {
    if ('stream' in request) return // its bytes count as traffic: a probe over HTTP/2 shares its connection
    if (!this.#probes.has(request.socket)) this.#probing++
    this.#probes.set(request.socket, request.socket.bytesRead)
  }

  stop (): void {
    clearInterval(this.#timer)
  }

  #look (): void {
    const known = new Map([...this.#sockets].map((socket) => [socket, socket.bytesRead - (this.#probes.get(socket) ?? 0)]))
    const opened = this.#sockets.opened - this.#probing
    const hasRead = [...known].some(([socket, bytes]) => bytes > (this.#known.get(socket) ?? 0))
    const hasGone = [...this.#known.keys()].some((socket) => !known.has(socket) && !this.#probes.has(socket))
    if (hasRead || hasGone || opened !== this.#opened) this.#lastStir = this.#clock.now()
    this.#known = known
    this.#opened = opened
  }
}
