import timers from 'node:timers/promises'

import { TimerHeap, type Due } from './timer-heap'

interface Timer extends Due {
  /** Absent once the wait is over: one that was cut short stays in the heap until its instant, and nobody notices. */
  fire?: () => void
}

/**
 * Time on paper, in milliseconds: it stands still while anything runs, and leaps to the next timer when all that runs
 * waits for the clock. Timers of one instant fire in the order in which they were set, so a simulation is
 * the same every time.
 */
export class VirtualClock {
  readonly #timers = new TimerHeap<Timer>()
  #now = 0
  #turn = 0

  get now (): number {
    return this.#now
  }

  /** Resolves when `duration` has passed; rejects with the signal's reason, at the instant at which it aborts. */
  async wait (duration: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    const timer: Timer = { at: this.#now + Math.max(0, duration), turn: this.#turn++ }
    await new Promise<void>((resolve) => {
      timer.fire = resolve
      this.#timers.add(timer)
      signal?.addEventListener('abort', timer.fire)
    })
    signal?.removeEventListener('abort', timer.fire!)
    timer.fire = undefined
    signal?.throwIfAborted()
  }

  /** Lets time pass until `work` has settled, and settles as it does. Rejects if it waits for something that this clock will never bring. */
  async run<T> (work: Promise<T>): Promise<T> {
    let settled = false
    const settle = (): void => { settled = true }
    work.then(settle, settle)
    for (;;) {
      await timers.setImmediate() // all promises that can go on have gone on by then
      if (settled) return await work
      if (!this.#leap()) throw new Error('the work waits for something else than the virtual clock')
    }
  }

  /** Fires what is due next, and all that is due at the same instant. False if there is nothing. */
  #leap (): boolean {
    const next = this.#timers.next
    if (next === undefined) return false

    this.#now = next.at
    while (this.#timers.next?.at === this.#now) this.#timers.take()!.fire?.()
    return true
  }
}
