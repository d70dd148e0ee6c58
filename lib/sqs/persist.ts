import type { Clock } from '../core/clock'
import { isGone, type Outcome } from './calls'

/** Pauses between tries, in milliseconds: the first, and the longest. Short, because a task that stops has seconds. */
const FIRST = 100
const LONGEST = 2_000

export interface Persistence {
  readonly clock: Clock
  /** Ends the tries. */
  readonly enough: AbortSignal
  /** Called at the first failure that another try may mend. */
  failed? (error: Error): void
}

/**
 * Makes a call until it has succeeded, or can never succeed, or `enough` aborts. Resolves to why it has not; a call that is under way when
 * `enough` aborts is waited for.
 */
export async function persist (call: () => Promise<Outcome>, { clock, enough, failed }: Persistence): Promise<Outcome> {
  let error = await call()
  for (let pause = FIRST; error && !isGone(error) && !enough.aborted; pause = Math.min(2 * pause, LONGEST)) {
    if (pause === FIRST) failed?.(error)
    await clock.wait(pause, enough)
    if (!enough.aborted) error = await call()
  }
  return error
}
