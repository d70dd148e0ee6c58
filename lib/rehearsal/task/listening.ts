import timers from 'node:timers/promises'

import type { Task } from './task'

/** How often is looked, in milliseconds: each look makes the kernel walk all its sockets. */
const LOOK = 200

/**
 * Resolves once somebody listens on the task's port, so that the balancer's first check, which comes within a second,
 * finds him: else each start would cost an interval more. Resolves at once where that cannot be seen.
 */
export async function listening (task: Task, signal: AbortSignal): Promise<void> {
  while (await task.listening() === false) await timers.setTimeout(LOOK, undefined, { signal })
}

/** Resolves to true once nobody listens on the task's port any more; to false where that cannot be seen, or `signal` comes first. */
export async function listenerClosed (task: Task, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    const listens = await task.listening()
    if (listens !== true) return listens === false && !signal.aborted
    await timers.setTimeout(LOOK, undefined, { signal }).catch(() => {})
  }
  return false
}
