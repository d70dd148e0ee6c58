import type { Ending } from '../children'
import { summarise, type Range } from '../statistics'

/** How the clients of one drain fared, as they saw it. */
export interface Goodbyes {
  /** By how it ended: `FIN`, `RST`, or another error's code. */
  readonly ends: Readonly<Record<string, number>>
  /** By status code: how many had a close frame. */
  readonly closeFrames: Readonly<Record<string, number>>
  /** Ended by a reset or another error without having been told before. */
  readonly untold: number
  /** Milliseconds from the signal to the first goodbye and the last; null if nobody was told. */
  readonly between: Range | null
  readonly middleHalf: Range | null
  /** The most within any second. */
  readonly peakPerSecond: number
}

const SECOND = 1_000

/** A goodbye is a close frame, or else a FIN; `signalled` is on the clock of the endings. */
export function goodbyes (endings: readonly Ending[], signalled: number): Goodbyes {
  const told = endings.flatMap((ending) => ending.told === null ? [] : [ending.told - signalled]).sort((a, b) => a - b)
  return {
    ends: counted(endings.map((ending) => ending.by)),
    closeFrames: counted(endings.flatMap(({ code }) => code === null ? [] : [String(code)])),
    untold: endings.length - told.length,
    between: told.length === 0 ? null : [told[0]!, told.at(-1)!],
    middleHalf: told.length === 0 ? null : summarise(told).quartiles,
    peakPerSecond: peak(told)
  }
}

function counted (names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

function peak (instants: readonly number[]): number {
  let most = 0
  let first = 0
  for (const [index, instant] of instants.entries()) {
    while (instants[first]! <= instant - SECOND) first++
    most = Math.max(most, index - first + 1)
  }
  return most
}
