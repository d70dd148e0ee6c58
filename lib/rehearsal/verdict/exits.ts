import type { StopRecord } from '../../../types/rehearsal'

/** How a stop ended, as an operator would find it: the exit code, or the signal. */
export function exitOf ({ exitCode, exitSignal, exited }: StopRecord): string {
  if (exited === undefined) return 'still there'
  return String(exitSignal ?? exitCode)
}

/**
 * Whether a task that was asked to go went by itself and well. 143 is what a runtime says that handles SIGTERM and says
 * so (Java does); whoever has no handler dies of the signal, and his requests tell.
 */
export function wentWell (stop: StopRecord): boolean {
  return ['0', '143', 'SIGTERM'].includes(exitOf(stop))
}
