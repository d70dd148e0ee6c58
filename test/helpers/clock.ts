import timers from 'node:timers/promises'

import type { Clock } from '../../lib/core/clock'

interface Waiter {
  readonly until: number
  readonly wake: () => void
}

/** A clock turned by hand. It starts at 1 000, so that nobody mistakes an instant for a duration. */
export class FakeClock implements Clock {
  readonly #waiters = new Set<Waiter>()
  #now = 1_000

  now (): number {
    return this.#now
  }

  async wait (duration: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return
    await new Promise<void>((resolve) => {
      const waiter: Waiter = {
        until: this.#now + duration,
        wake: () => {
          this.#waiters.delete(waiter)
          signal?.removeEventListener('abort', waiter.wake)
          resolve()
        }
      }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', waiter.wake, { once: true })
    })
  }

  /** How many waits are under way: 0 when everything is over, or a timer has been left behind. */
  get waiting (): number {
    return this.#waiters.size
  }

  /** Time passes while the event loop stands still: whoever waits wakes late, at the next `advance`. */
  stall (duration: number): void {
    this.#now += duration
  }

  /** Lets `duration` pass, waking whoever waits in the order of their instants, each with time to go on to its next wait. */
  async advance (duration: number): Promise<void> {
    const until = this.#now + duration
    for (;;) {
      await timers.setImmediate()
      const next = [...this.#waiters].sort((a, b) => a.until - b.until)[0]
      if (!next || next.until > until) break
      this.#now = Math.max(this.#now, next.until)
      next.wake()
    }
    this.#now = until
    await timers.setImmediate()
  }
}
