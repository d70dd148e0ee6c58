import type { Left, Timings } from '../../types/index'
import type { Checker } from './checkers'

/** What is known of the balancer's habits; AWS's own seconds. */
export interface HealthCheckHabits {
  readonly intervalSeconds?: number
  readonly unhealthyThreshold: number
}

/** Everything the decision looks at. Instants in milliseconds of one clock. */
export interface Outlook {
  readonly now: number
  /** When the drain began. */
  readonly since: number
  /** When the last request but health probes arrived; long ago if none has. */
  readonly lastRequest: number
  readonly checkers: readonly Checker[]
}

/** Silence of this many intervals means that a checker has gone. */
const SILENT_INTERVALS = 1.5
/** And never less than this: an ALB checks every 5 s at the fastest. */
const SILENT_AT_LEAST = 7_000
/**
 * A request that a node sent before its last 503 reached it may still be on its way. Far above a round trip inside a
 * VPC, far below what anybody would notice.
 */
const ROUND_TRIP = 50

/**
 * Whether the lame duck may end now, and why; `undefined` while it may not. A pure function of what has been seen: who
 * waits, and how, is not decided here.
 *
 * It may end once it has lasted `drainDelay`, the service is quiet, and every checker is told: has had its 503s, or has
 * fallen silent. Quiet alone is no evidence where requests are rare. It must end at `maxDrainDelay`.
 */
export function reasonToLeave (timings: Timings, habits: HealthCheckHabits, outlook: Outlook): Left | undefined {
  const { now, since, lastRequest, checkers } = outlook
  const age = now - since

  if (age >= timings.drainDelay && now - lastRequest >= timings.quietPeriod) {
    const probing = checkers.filter((checker) => !isSilent(checker, habits, now))
    if (probing.every((checker) => isTold(checker, habits, now))) {
      return checkers.some((checker) => checker.refusals >= habits.unhealthyThreshold) ? 'told' : 'quiet'
    }
  }
  if (age >= timings.maxDrainDelay) return 'limit'
}

/** Whether the balancer still sends something: a request has come since the drain began, or a checker is not silent. Pure. */
export function isSought (habits: HealthCheckHabits, { now, since, lastRequest, checkers }: Outlook): boolean {
  return lastRequest >= since || checkers.some((checker) => !isSilent(checker, habits, now))
}

function isTold ({ refusals, lastRefusal }: Checker, habits: HealthCheckHabits, now: number): boolean {
  return refusals >= habits.unhealthyThreshold && now - lastRefusal >= ROUND_TRIP
}

/** Whether a checker that is still there would have been heard of by now. */
export function isSilent ({ probes }: Checker, { intervalSeconds }: HealthCheckHabits, now: number): boolean {
  const gaps = probes.slice(1).map((probe, index) => probe - probes[index]!)
  const interval = gaps.length > 0 ? Math.max(...gaps) : (intervalSeconds ?? 0) * 1_000
  return now - probes.at(-1)! > Math.max(SILENT_AT_LEAST, interval * SILENT_INTERVALS)
}
