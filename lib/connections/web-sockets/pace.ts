/** Shorter waits than this cost more than they spread: as many goodbyes as are due by then are said at once. */
const TICK = 10
/** And at most this many, since each costs some 20 µs. */
const BATCH = 500
const SECOND = 1_000

export interface Waiting {
  /** How many have not been told. */
  readonly count: number
  /** In which all of them are to be told, in milliseconds. */
  readonly window: number
  /** In which they must be. */
  readonly atMost: number
  /** The limit, unless it would leave some untold. */
  readonly perSecond?: number
}

export interface Step {
  /** Milliseconds until the next goodbye. */
  readonly wait: number
  /** How many to say then. */
  readonly batch: number
}

/**
 * When the next goodbye is due: even steps, each cut short by chance, half at most, so that neither the clients of one
 * task nor those of several come back in step. Pure.
 */
export function nextStep ({ count, window, atMost, perSecond }: Waiting, random: () => number): Step {
  const slowest = perSecond === undefined ? 0 : SECOND / perSecond
  const step = Math.min(Math.max(window / count, slowest), atMost / count)
  const wait = Math.max(step * (1 - random() / 2), TICK)
  const due = step > 0 ? Math.round(wait / step) : BATCH
  return { wait, batch: Math.min(Math.max(due, 1), count, BATCH) }
}

/** The limit, or the least that it must be for `count` to be told within `left` milliseconds, at an even rate. Pure. */
export function atLeast (perSecond: number, count: number, left: number): number {
  return Math.max(perSecond, Math.ceil(count * SECOND / left))
}

/** How many goodbyes were said within the last second, and within the worst. */
export class Meter {
  readonly #recent: number[] = []
  #peak = 0

  get peak (): number {
    return this.#peak
  }

  count (now: number): void {
    this.#recent.push(now)
    this.#peak = Math.max(this.#peak, this.within(now))
  }

  within (now: number): number {
    while (this.#recent[0] !== undefined && this.#recent[0] <= now - SECOND) this.#recent.shift()
    return this.#recent.length
  }

  /** In how many whole milliseconds there is room for another below `limit`. */
  room (limit: number, now: number): number {
    return this.within(now) < limit ? 0 : Math.ceil(this.#recent[this.#recent.length - limit]! + SECOND - now)
  }
}
