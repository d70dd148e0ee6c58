import type { OrderEvidence, StopCause, StopOrder, Timings } from '../../types/index'
import type { Checker } from './checkers'
import { isSilent, type HealthCheckHabits } from './lame-duck'

/**
 * How long load balancers go on routing to a target that was deregistered, as a rule, in milliseconds: 1 to 5 s by most reports. AWS
 * documents nothing; a straggler makes `together` look like `signal-first`.
 */
const LOOKS_AWAY = 5_000
/** The shortest lame duck, where the balancer had left before: long enough to see that it has. */
export const EARLY_EXIT = 1_000
/** A target group's default: how often a checker asks of which nobody has said it, and that has asked only once. */
const INTERVAL_SECONDS = 30

/** Where nobody watched. */
export const noOrder = { order: 'unknown', evidence: { probesStopped: null, quietBefore: null, lastRequest: null, lastProbe: null } } as const

/** What was known of the traffic when the signal came. Instants and durations in milliseconds. */
export interface Before {
  readonly since: number
  readonly probesStopped: boolean | null
  readonly quietBefore: number | null
}

export function before (since: number, checkers: readonly Checker[], habits: HealthCheckHabits, quietFor: number | undefined): Before {
  const patient = { ...habits, intervalSeconds: habits.intervalSeconds ?? INTERVAL_SECONDS }
  return {
    since,
    probesStopped: checkers.length === 0 ? null : checkers.every((checker) => isSilent(checker, patient, since)),
    quietBefore: quietFor === undefined ? null : Math.round(quietFor)
  }
}

/** Whether the balancer had left before the signal came, as far as traffic can tell. */
export function hadLeft ({ probesStopped, quietBefore }: Before, { quietPeriod }: Timings): boolean {
  return probesStopped === true && quietBefore !== null && quietBefore >= quietPeriod
}

type Inference = Pick<StopCause, 'order' | 'evidence'>

/** What the traffic says of the order of events; `lastRequest` is an instant like `since`. */
export function orderOf (seen: Before, checkers: readonly Checker[], lastRequest: number, timings: Timings): Inference {
  const { since, probesStopped, quietBefore } = seen
  const lastProbe = Math.max(-Infinity, ...checkers.flatMap(({ probes }) => probes.at(-1) ?? []))
  const evidence = { probesStopped, quietBefore, lastRequest: after(since, lastRequest), lastProbe: after(since, lastProbe) }
  return { order: inferred(evidence, timings), evidence }
}

function after (since: number, instant: number): number | null {
  return instant > since ? Math.round(instant - since) : null
}

function inferred ({ probesStopped, quietBefore, lastRequest }: OrderEvidence, { quietPeriod }: Timings): StopOrder {
  if (lastRequest !== null) return lastRequest <= LOOKS_AWAY ? 'together' : 'signal-first'
  // Probes after the signal are no evidence: whether draining targets are checked is documented nowhere.
  const wasQuiet = quietBefore !== null && quietBefore >= quietPeriod
  return probesStopped === true || wasQuiet ? 'deregister-first' : 'unknown'
}
