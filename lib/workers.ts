import type { WorkName } from '../types/index'

/** A loop that pulls work until the signal aborts. */
export type Loop = (signal: AbortSignal) => unknown

/** What workers need of the service that they are part of. */
export interface Employer {
  /** Aborts when draining begins. */
  readonly signal: AbortSignal
  isStopping (): boolean
  /** Has closing wait for `work`. */
  track (name: WorkName, work: Promise<unknown>): void
}

/** The loops of an application: begun once it is ready, told by the signal, and waited for. */
export class Workers {
  readonly #employer: Employer
  #waiting?: Array<() => void> = []

  constructor (employer: Employer) {
    this.#employer = employer
  }

  /** Begins `loop` when the application is ready, at once if it is, and never in a task that stops. */
  add (name: WorkName, loop: Loop): void {
    const begin = (): void => this.#begin(name, loop)
    if (this.#waiting) this.#waiting.push(begin)
    else begin()
  }

  /** The application is ready, with all its hooks. */
  begin (): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const begin of waiting) begin()
  }

  #begin (name: WorkName, loop: Loop): void {
    const { signal } = this.#employer
    if (this.#employer.isStopping()) return
    const work = (async () => { await loop(signal) })() // one that throws at once has rejected
    this.#employer.track(name, work.catch((error) => {
      if (!isEndedBy(signal, error)) throw error
    }))
  }
}

/** A wait that the signal has cut short rejects, as those of `node:timers/promises` do: the end of a loop, and no failure. */
function isEndedBy (signal: AbortSignal, error: unknown): boolean {
  return signal.aborted && (error === signal.reason || (error as { cause?: unknown } | undefined)?.cause === signal.reason)
}
