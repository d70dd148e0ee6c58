import type { TimingPlan } from '../../types/index'

/** The two instants that are fixed when a stop begins. */
export interface Instants {
  /** When what is unfinished is written down and cut. */
  readonly forcePoint: number
  /** When the report is out, whatever hangs. */
  readonly hardStop: number
}

export function instants ({ stopTimeout, safetyMargin, closeTimeout }: TimingPlan, since: number): Instants {
  const hardStop = since + stopTimeout - safetyMargin
  return { forcePoint: hardStop - closeTimeout, hardStop }
}

/** Whole milliseconds from `now` until each; 0 for what is over. */
export function remaining ({ forcePoint, hardStop }: Instants, now: number): Instants {
  const left = (instant: number): number => Math.max(0, Math.round(instant - now))
  return { forcePoint: left(forcePoint), hardStop: left(hardStop) }
}
