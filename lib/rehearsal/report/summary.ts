import type { RequestClass, RunResult, StopRecord } from '../../../types/rehearsal'
import { isLost } from '../ledger/index'
import { wentWell } from '../verdict/exits'
import { median } from '../verdict/statistics'

/** All but `ok` and `late`; the order is that of every list and every row. */
export const LOSSES: readonly RequestClass[] = ['refused', 'cut', 'effect-unseen', 'truncated', 'rejected', 'wrong', 'work-lost']

export interface Cause {
  readonly class: RequestClass
  readonly cause: string
  readonly count: number
}

/** Why requests were lost, the most frequent first. */
export function causes (runs: readonly RunResult[]): Cause[] {
  const found = new Map<string, { class: RequestClass, cause: string, count: number }>()
  for (const request of runs.flatMap(({ requests }) => requests).filter(isLost)) {
    const cause = request.cause ?? 'cause unknown'
    const entry = found.get(`${request.class} ${cause}`) ?? { class: request.class, cause, count: 0 }
    entry.count += 1
    found.set(`${request.class} ${cause}`, entry)
  }
  return [...found.values()].sort((a, b) => b.count - a.count)
}

/** From SIGTERM to exit in milliseconds, over every stop that had both. */
export function toExit (runs: readonly RunResult[]): { readonly median: number, readonly max: number } | undefined {
  const times = runs.flatMap(stopsOf).flatMap(({ signalled, exited }) =>
    signalled === undefined || exited === undefined ? [] : [exited - signalled])
  const max = quantile(times, 1)
  return max === undefined ? undefined : { median: median(times), max }
}

/** Whether a run deserves to be looked at: something was lost or done twice, a task never became healthy, came back, or left badly. */
export function isNoteworthy (run: RunResult): boolean {
  const badExit = (stop: StopRecord): boolean => stop.order !== 'kill' && stop.exited !== undefined && !wentWell(stop)
  return run.requests.some(isLost) || run.duplicates.length > 0 || run.cameBack.length > 0 ||
    stopsOf(run).some(badExit) || run.tasks.some(({ healthy }) => healthy === undefined)
}

export function stopsOf (run: RunResult): StopRecord[] {
  return run.tasks.flatMap(({ stop }) => stop ?? [])
}

/** By nearest rank; of nothing, nothing. */
export function quantile (values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}
