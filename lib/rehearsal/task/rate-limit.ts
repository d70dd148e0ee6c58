import type { Now } from '../monotonic'

/** A bucket of `burst` tokens into which `rate` flow each second. */
export class RateLimit {
  readonly #rate: number
  readonly #burst: number
  readonly #now: Now
  #tokens: number
  #filled: number

  constructor (rate: number, burst: number, now: Now) {
    this.#rate = rate
    this.#burst = burst
    this.#now = now
    this.#tokens = burst
    this.#filled = now()
  }

  /** Takes a token, if there is one. */
  take (): boolean {
    const now = this.#now()
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#filled) / 1_000 * this.#rate)
    this.#filled = now
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
