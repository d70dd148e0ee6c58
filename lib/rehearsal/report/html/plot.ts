import type { RunResult } from '../../../../types/rehearsal'
import { stopsOf } from '../summary'
import type { Markup } from './markup'
import { linear, type Scale } from './scale'

/** The units of every picture: labels stand left of `left`, exits may reach beyond `right`. */
export const PLOT = { width: 1_000, left: 160, right: 950 } as const

/** What one part of a picture draws, and how much of it that takes. */
export interface Part {
  readonly height: number
  readonly drawn: readonly Markup[]
}

/** The last instant that a run's axis shows, in milliseconds. */
export function endOf (run: RunResult): number {
  return Math.max(1_000, run.duration, ...stopsOf(run).map(({ exited }) => exited ?? 0))
}

/** The one time axis of a run, from milliseconds to units. */
export function timeScale (run: RunResult): Scale {
  return linear([0, endOf(run)], [PLOT.left, PLOT.right])
}
