import type { Left, Timings } from '../../../types/index'
import { countUpTo, latest, type Series } from './series'

/** What comes from one node, in milliseconds since the signal. */
export interface NodeTraffic {
  /** `first` is the first after the signal. */
  readonly checks: Series
  readonly requests: Series
}

// As in core/lame-duck and core/drain, which this room may not know.
const LOOK = 50
const ROUND_TRIP = 50
const SILENT_INTERVALS = 1.5
const SILENT_AT_LEAST = 7_000

/**
 * When the lame duck ends, in milliseconds since the signal, and why. Mirrors `reasonToLeave` of core/lame-duck, looked at every
 * 50 ms as core/drain does: at least `drainDelay`, then until the service is quiet and every checker is told or silent,
 * at most `maxDrainDelay`. A look that can only say no is skipped. Pure.
 */
export function endOfLameDuck (
  plan: Pick<Timings, 'drainDelay' | 'quietPeriod' | 'maxDrainDelay'>, unhealthyThreshold: number, nodes: readonly NodeTraffic[]
): { readonly at: number, readonly left: Left } {
  const last = lookFrom(plan.maxDrainDelay)
  let look = lookFrom(plan.drainDelay)
  while (look <= last) {
    const earliest = Math.max(...nodes.map(({ checks, requests }) =>
      Math.max(latest(requests, look) + plan.quietPeriod, toldFrom(checks, unhealthyThreshold, look))))
    if (earliest <= look) {
      const told = nodes.some(({ checks }) => countUpTo(checks, look) >= unhealthyThreshold)
      return { at: look, left: told ? 'told' : 'quiet' }
    }
    look = Math.max(look + LOOK, lookFrom(earliest))
  }
  return { at: last, left: 'limit' }
}

/** From when on a checker no longer holds the task, as far as can be said at `now`; not after `now` if it does not hold it now. */
function toldFrom (checks: Series, threshold: number, now: number): number {
  const lastCheck = latest(checks, now)
  const silentFrom = lastCheck + Math.max(SILENT_AT_LEAST, checks.every * SILENT_INTERVALS)
  if (silentFrom <= now) return silentFrom
  if (countUpTo(checks, now) >= threshold) return lastCheck + ROUND_TRIP
  const nextCheck = lastCheck + checks.every
  return nextCheck <= checks.until ? nextCheck : silentFrom
}

function lookFrom (instant: number): number {
  return Math.ceil(instant / LOOK) * LOOK
}
