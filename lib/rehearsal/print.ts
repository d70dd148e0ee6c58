import pc from 'picocolors'

import type { RehearsalResult } from './types'

export interface PrintOptions {
  /** Lines of somebody who has looked at more than the rehearsal can see. @default none */
  readonly findings?: readonly string[]
  /** The verdict over all of it. @default the rehearsal's own */
  readonly passed?: boolean
  /** @default only on a terminal, and as NO_COLOR and FORCE_COLOR say */
  readonly coloured?: boolean
}

/** A result as a person reads it; the verdict is the last line. */
export function printed (result: RehearsalResult, options: PrintOptions = {}): string {
  const { seed, order, requests, tasks, verdict } = result
  const { findings = [], passed = verdict.passed, coloured = pc.isColorSupported && process.stdout.isTTY === true } = options
  const colours = pc.createColors(coloured)
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
    passed ? colours.green('PASS') : colours.red('FAIL')
  ]
  return lines.join('\n')
}
