import timers from 'node:timers/promises'

/** Lets everything that is ready to run do so. */
export function turn (): Promise<void> {
  return timers.setImmediate()
}
