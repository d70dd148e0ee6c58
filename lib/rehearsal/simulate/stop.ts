import type { Order } from '../../../types/rehearsal'
import type { SimulatedStop } from '../../../types/simulation'
import type { TimingPlan } from '../../../types/index'
import type { StopSteps } from '../ecs/stop-steps'
import { endOfLameDuck } from './lame-duck'
import { firstAfter, type Series } from './series'

/** One node and one task, as chance has them. Instants on the simulation's clock. */
export interface Acquaintance {
  /** From the deregistration to the node's looking away. */
  readonly lag: number
  readonly checks: Omit<Series, 'until'>
  readonly requests: Omit<Series, 'until'>
}

export interface StopCircumstances {
  readonly order: Order
  readonly decided: number
  readonly steps: StopSteps
  readonly nodes: readonly Acquaintance[]
  readonly plan: TimingPlan
  readonly unhealthyThreshold: number
  readonly checksWhileDraining: boolean
  /** Milliseconds. */
  readonly deregistrationDelay: number
  readonly longestRequest: number
}

/**
 * One stop on paper, of a task that behaves as the timing plan says. Pure.
 *
 * A node looks away when its lag after the deregistration is over, or when its checks have failed as often as
 * it takes. The task leaves its lame duck by the rule, closes, needs `longestRequest` more or until the force point, and exits. One that has
 * gone without being deregistered is deregistered then.
 */
export function stopOnPaper (circumstances: StopCircumstances): SimulatedStop {
  const { order, decided, steps, nodes, unhealthyThreshold } = circumstances
  const failing = decided + (steps.signal ?? steps.kill)
  const unhealthy = nodes.map(({ checks }) => firstAfter(checks, failing) + (unhealthyThreshold - 1) * checks.every)
  const lookedAway = (deregistered: number): number[] =>
    nodes.map(({ lag }, node) => Math.min(deregistered + lag, unhealthy[node]!))

  const planned = decided + (steps.deregister ?? Infinity)
  const end = steps.signal === undefined
    ? { listenerClosed: failing, exited: failing }
    : drained(circumstances, failing, planned, lookedAway(planned))
  const deregistered = planned <= end.exited ? planned : undefined
  return {
    order,
    decided,
    ...deregistered === undefined ? {} : { deregistered },
    ...steps.signal === undefined ? {} : { signalled: failing },
    ...end,
    lookedAway: lookedAway(deregistered ?? end.exited)
  }
}

function drained (
  { plan, nodes, unhealthyThreshold, checksWhileDraining, deregistrationDelay, longestRequest, decided, steps }: StopCircumstances,
  signalled: number, deregistered: number, lookedAway: readonly number[]
): Pick<SimulatedStop, 'left' | 'listenerClosed' | 'exited'> {
  const sinceSignal = ({ first, every }: Omit<Series, 'until'>, until: number): Series =>
    ({ first: firstAfter({ first, every }, signalled) - signalled, every, until: until - signalled })
  const traffic = nodes.map(({ lag, checks, requests }, node) => ({
    checks: sinceSignal(checks, deregistered + lag + (checksWhileDraining ? deregistrationDelay : 0)), // one that is only unhealthy is checked on
    requests: sinceSignal(requests, lookedAway[node]!)
  }))

  const { at, left } = endOfLameDuck(plan, unhealthyThreshold, traffic)
  const forcePoint = plan.stopTimeout - plan.safetyMargin - plan.closeTimeout
  const toExit = Math.max(at, Math.min(at + longestRequest, forcePoint))
  return { left, listenerClosed: signalled + at, exited: Math.min(signalled + toExit, decided + steps.kill) }
}
