import type { RehearsalResult, Verdict } from './types'

/**
 * Whether a user or an operator would have noticed: every request answered as it should be, every task gone by itself and
 * with exit code 0. A pure function of the records.
 */
export function judge ({ requests, tasks }: Pick<RehearsalResult, 'requests' | 'tasks'>): Verdict {
  const lost: Record<string, number> = {}
  for (const { kind, lost: cause } of requests) {
    if (cause !== undefined) lost[`${kind}: ${cause}`] = (lost[`${kind}: ${cause}`] ?? 0) + 1
  }
  const count = Object.values(lost).reduce((sum, number) => sum + number, 0)
  const stopped = tasks.filter(({ signalled }) => signalled !== undefined)
  const killed = stopped.filter(({ exitSignal }) => exitSignal === 'SIGKILL')
  const failed = stopped.filter(({ exitSignal, exitCode }) => exitSignal !== 'SIGKILL' && exitCode !== 0)

  const reasons = [
    ...count > 0 ? [`${count} of ${requests.length} requests were lost`] : [],
    ...killed.length > 0 ? [`${killed.length} of ${stopped.length} tasks had to be killed at the stop timeout`] : [],
    ...failed.length > 0 ? [`${failed.length} of ${stopped.length} tasks did not exit with 0`] : [],
    ...requests.length === 0 ? ['no request was sent'] : [],
    ...stopped.length === 0 ? ['no task was stopped'] : []
  ]
  return { passed: reasons.length === 0, sent: requests.length, lost, reasons }
}
