import type { Duplex } from 'node:stream'

import type { WebSocketPeer } from '../../../types/index'
import type { Clock } from '../../core/clock'
import { Meter, nextStep } from './pace'
import { peerOn, type Peer } from './peer'

export interface FarewellOptions {
  readonly clock: Clock
  /** Status code of the close frame. */
  readonly code: number
  /** At most so many goodbyes in any second, unless some would then stay untold. */
  readonly perSecond?: number
  /** Called before the close frame; a promise it returns is waited for, for a second at most. */
  goodbye? (peer: WebSocketPeer): unknown
  /** Told of what `goodbye` throws. */
  onError (error: unknown): void
  /** Whether the handshake on a socket has been answered: before that there is nobody to be told. */
  isAnswered (socket: Duplex): boolean
  random (): number
}

/** How long a hook that is waited for may hold up the close frame behind it. */
const HOOK = 1_000
/** How often is looked for new sockets, and at those whose handshake is under way. */
const LOOK = 50

/** Says goodbye to WebSockets one after the other, so that their clients do not come back all at once. */
export class Farewell {
  readonly #options: FarewellOptions
  readonly #meter = new Meter()
  /** Sockets that have not been told, in the order in which they came. */
  #untold: Duplex[] = []
  #windowEnds = 0
  #until = 0
  #told = 0
  #begun = false
  #over = false
  #change = new AbortController()

  constructor (options: FarewellOptions) {
    this.#options = options
  }

  /** How many have been told, and the most of them within a second. */
  get report (): { told: number, peakPerSecond: number } {
    return { told: this.#told, peakPerSecond: this.#meter.peak }
  }

  get untold (): number {
    return this.#untold.length
  }

  /** Spreads the goodbyes over `window` milliseconds, and has said all of them by `until` whatever the limit is. Once. */
  begin (sockets: Iterable<Duplex>, window: number, until: number): void {
    this.#untold = [...sockets]
    this.#windowEnds = this.#options.clock.now() + window
    this.#until = until
    this.#begun = true
    void this.#run()
  }

  /** One more. */
  add (socket: Duplex): void {
    if (!this.#begun) return
    this.#untold.push(socket)
  }

  /** The window is over: whoever has not been told is told as soon as the limit allows. */
  hasten (): void {
    this.#windowEnds = this.#options.clock.now()
    this.#wake()
  }

  end (): void {
    this.#over = true
    this.#wake()
  }

  async #run (): Promise<void> {
    const { clock, perSecond, random } = this.#options
    while (!this.#over) {
      this.#change = new AbortController()
      const { signal } = this.#change
      const count = this.#untold.length
      if (count === 0) {
        await clock.wait(LOOK, signal)
        continue
      }
      const now = clock.now()
      const { wait, batch } = nextStep({ count, perSecond, window: this.#windowEnds - now, atMost: Math.max(this.#until - now, 0) }, random)
      await clock.wait(wait, signal)
      if (!signal.aborted) await this.#say(batch)
    }
  }

  async #say (batch: number): Promise<void> {
    const { clock, perSecond = Infinity } = this.#options
    const pending: Duplex[] = []
    for (const socket of this.#untold.splice(0, batch)) {
      if (socket.destroyed) continue
      if (!this.#options.isAnswered(socket)) {
        pending.push(socket)
        continue
      }
      await this.#room(perSecond)
      const peer = peerOn(socket)
      if (!peer) continue
      void this.#tell(peer)
      this.#meter.count(clock.now())
      this.#told++
    }
    this.#untold.push(...pending)
    if (pending.length > 0) await clock.wait(LOOK, this.#change.signal)
  }

  async #room (limit: number): Promise<void> {
    const { clock } = this.#options
    for (;;) {
      const now = clock.now()
      const wait = now < this.#until && limit !== Infinity ? this.#meter.room(limit, now) : 0
      if (wait <= 0 || this.#over) return
      await clock.wait(wait)
    }
  }

  async #tell (peer: Peer): Promise<void> {
    const { clock, code, goodbye, onError } = this.#options
    try {
      const said = goodbye?.(peer)
      if (typeof (said as PromiseLike<unknown> | undefined)?.then === 'function') {
        const limit = new AbortController()
        await Promise.race([said, clock.wait(HOOK, limit.signal)]).finally(() => limit.abort())
      }
    } catch (error) {
      onError(error)
    }
    try {
      peer.close(code)
    } catch (error) {
      onError(error)
    }
  }

  #wake (): void {
    this.#change.abort()
  }
}
