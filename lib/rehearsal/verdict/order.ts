import type { Order, OrderResult, RehearsalSettings, RequestClass, RequestRecord, RunResult, StopRecord } from '../../../types/rehearsal'
import { lossesByOrder } from '../ledger/index'
import { expectedLoss } from './arithmetic'
import { exitOf, wentWell } from './exits'
import { median } from './statistics'

/** How one order went over all runs. Pure. */
export function judgeOrder (order: Order, runs: readonly RunResult[], settings: RehearsalSettings): OrderResult {
  const stops = runs.flatMap(({ tasks }) => tasks.flatMap(({ stop }) => stop?.order === order ? [stop] : []))
  const losses = runs.flatMap((run) => lossesByOrder(run).get(order) ?? [])
  const seconds = stops.flatMap(({ signalled, exited }) => signalled === undefined || exited === undefined ? [] : [(exited - signalled) / 1_000])
  const excuse = expectedLoss(order, settings)
  const exits = exitReasons(order, stops, settings)
  const reasons = [...lossReasons(losses), ...exits]

  return {
    order,
    verdict: verdictOf(excuse !== undefined, losses.length > 0, exits.length > 0),
    stops: stops.length,
    lost: losses.length,
    classes: count(losses.map(({ class: kind }) => kind)),
    seconds: seconds.length > 0 ? { median: median(seconds), max: Math.max(...seconds) } : null,
    exits: count(stops.map(exitOf)),
    reasons: [...excuse === undefined ? [] : [`losses are expected: ${excuse}`], ...reasons]
  }
}

/** An excuse is one for losses, not for a bad end. */
function verdictOf (excused: boolean, lost: boolean, endedBadly: boolean): OrderResult['verdict'] {
  if (endedBadly || (lost && !excused)) return 'FAIL'
  return excused ? 'EXPECTED-LOSS' : 'PASS'
}

function lossReasons (losses: readonly RequestRecord[]): string[] {
  if (losses.length === 0) return []
  const kinds = Object.entries(count(losses.map(({ class: kind }) => kind))).map(([kind, number]) => `${number} ${kind}`)
  return [`${losses.length} ${losses.length === 1 ? 'request was' : 'requests were'} lost: ${kinds.join(', ')}`]
}

function exitReasons (order: Order, stops: readonly StopRecord[], { stopTimeout }: RehearsalSettings): string[] {
  if (order === 'kill') return []
  const killed = stops.filter((stop) => exitOf(stop) === 'SIGKILL')
  const badly = stops.filter((stop) => exitOf(stop) !== 'SIGKILL' && !wentWell(stop))
  return [
    ...killed.length > 0 ? [`${killed.length} of ${stops.length} tasks had to be killed after ${stopTimeout} s`] : [],
    ...badly.length > 0 ? [`${badly.length} of ${stops.length} tasks exited with ${[...new Set(badly.map(exitOf))].join(', ')}`] : []
  ]
}

function count<T extends string | RequestClass> (items: readonly T[]): Partial<Record<T, number>> & Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1
  return counts as Partial<Record<T, number>> & Record<string, number>
}
