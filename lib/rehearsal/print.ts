import pc from 'picocolors'

import type { RehearsalResult } from './types'

/**
 * A result as a person reads it; the verdict is the last line. Who has looked at more than the rehearsal can see adds
 * `findings` in lines, and the verdict over all of it.
 */
export function printed (result: RehearsalResult, findings: readonly string[] = [], passed = result.verdict.passed): string {
  const { seed, order, requests, tasks, verdict } = result
  const lost = Object.entries(verdict.lost)
  const lines = [
    `order ${order}, seed ${seed}`,
    `requests sent  ${requests.length}`,
    `requests lost  ${lost.reduce((sum, [, number]) => sum + number, 0)}`,
    ...lost.map(([cause, number]) => `  ${String(number).padStart(5)}  ${cause}`),
    'task   SIGTERM to exit   exit',
    ...tasks.filter(({ signalled }) => signalled !== undefined).map(({ task, signalled, exited, exitCode, exitSignal }) => {
      const seconds = exited === undefined ? '-' : `${((exited - signalled!) / 1_000).toFixed(1)} s`
      return `${String(task).padStart(4)}   ${seconds.padStart(15)}   ${exitCode ?? exitSignal ?? '-'}`
    }),
    ...findings,
    ...verdict.reasons,
    passed ? pc.green('PASS') : pc.red('FAIL')
  ]
  return lines.join('\n')
}
