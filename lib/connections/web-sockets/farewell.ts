import type { Duplex } from 'node:stream'

import { atLeast, Meter, nextStep } from './pace'
import { peerOn } from './peer'
import { Telling, type TellingOptions } from './telling'
import type { Answer } from './upgrades'

export interface FarewellOptions extends TellingOptions {
  /** At most so many goodbyes in any second, unless some would then stay untold. */
  readonly perSecond?: number
  /** How the handshake on a socket was answered: before that there is nobody to be told. */
  answer (socket: Duplex): Answer
  random (): number
}

/** How often is looked for new sockets, and at those whose handshake is under way. */
const LOOK = 50

/** Says goodbye to WebSockets one after the other, so that their clients do not come back all at once. */
export class Farewell {
  readonly #options: FarewellOptions
  readonly #meter = new Meter()
  readonly #telling: Telling
  /** Sockets that have not been told, in the order in which they came. */
  #untold: Duplex[] = []
  /** Those that came since: their window begins when that of the others is over, or who comes back at once would be sent off at once. */
  #late: Duplex[] = []
  #window = 0
  #windowEnds = 0
  #until = 0
  #told = 0
  #begun = false
  #over = false
  #change = new AbortController()

  constructor (options: FarewellOptions) {
    this.#options = options
    this.#telling = new Telling(options)
  }

  /** How many have been told, and the most of them within a second. */
  get report (): { told: number, peakPerSecond: number } {
    return { told: this.#told, peakPerSecond: this.#meter.peak }
  }

  /** How many have no close frame yet, be it that their hook is still at it. */
  get untold (): number {
    return this.#untold.length + this.#late.length + this.#telling.underWay
  }

  /** Spreads the goodbyes over `window` milliseconds, and has said all of them by `until` whatever the limit is. Once. */
  begin (sockets: Iterable<Duplex>, window: number, until: number): void {
    this.#untold = [...sockets]
    this.#window = window
    this.#windowEnds = this.#options.clock.now() + window
    this.#until = until
    this.#begun = true
    void this.#run()
  }

  /** One more, in the window after this one. */
  add (socket: Duplex): void {
    if (this.#begun) this.#late.push(socket)
  }

  /** There are no more windows: whoever has not been told is told as soon as the limit allows. */
  hasten (): void {
    this.#window = 0
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
      this.#admit()
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

  /** Lets in those that came late, once the others have been told or should have been. */
  #admit (): void {
    const now = this.#options.clock.now()
    if (this.#late.length === 0 || (this.#untold.length > 0 && now < this.#windowEnds)) return
    this.#untold.push(...this.#late.splice(0))
    this.#windowEnds = now + this.#window
  }

  async #say (batch: number): Promise<void> {
    let pending = 0
    for (let left = Math.min(batch, this.#untold.length); left > 0; left--) {
      const socket = this.#untold[0]!
      const answer = socket.writable ? this.#options.answer(socket) : 'response'
      if (answer === 'switched') await this.#room() // whoever waits for room is untold
      this.#untold.shift()
      if (answer === 'switched') this.#begins(socket)
      if (answer !== 'awaited') continue
      this.#untold.push(socket)
      pending++
    }
    if (pending > 0) await this.#options.clock.wait(LOOK, this.#change.signal)
  }

  #begins (socket: Duplex): void {
    const peer = peerOn(socket, this.#options.clock)
    if (!peer) return
    void this.#telling.tell(peer)
    this.#meter.count(this.#options.clock.now())
    this.#told++
  }

  /** Waits until the limit has room for one more, and no longer than until everybody must have been told. */
  async #room (): Promise<void> {
    const { clock, perSecond } = this.#options
    if (perSecond === undefined) return
    while (!this.#over) {
      const now = clock.now()
      const left = this.#until - now
      const limit = atLeast(perSecond, this.#untold.length + this.#late.length, left)
      const wait = left > 0 ? Math.min(this.#meter.room(limit, now), left) : 0
      if (wait <= 0) return
      await clock.wait(wait)
    }
  }

  #wake (): void {
    this.#change.abort()
  }
}
