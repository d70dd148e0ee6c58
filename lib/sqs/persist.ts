import type { Message } from '@aws-sdk/client-sqs'

import type { Clock } from '../core/clock'
import { isGone, type Outcomes } from './calls'

/** Pauses between tries, in milliseconds: the first, and the longest. Short, because a task that stops has seconds. */
const FIRST = 100
const LONGEST = 2_000

/** A message for which something could not be done, and why. */
export interface Undone {
  readonly message: Message
  readonly error: Error
}

export interface Persistence {
  readonly clock: Clock
  /** Ends the tries. */
  readonly enough: AbortSignal
  /** Called for each message at its first failure that another try may mend. */
  failed (undone: Undone): void
}

/**
 * Makes a call for messages until it has succeeded for each, or can never succeed, or `enough` aborts. Resolves to those for which
 * it has not; a call that is under way when `enough` aborts is not waited for.
 */
export async function persist (
  messages: readonly Message[], call: (messages: readonly Message[]) => Promise<Outcomes>, { clock, enough, failed }: Persistence
): Promise<Undone[]> {
  const gone: Undone[] = []
  let left = await tried(messages, call)
  for (let pause = FIRST; ; pause = Math.min(2 * pause, LONGEST)) {
    gone.push(...left.filter(({ error }) => isGone(error)))
    left = left.filter(({ error }) => !isGone(error))
    if (left.length === 0 || enough.aborted) return [...gone, ...left]
    if (pause === FIRST) left.forEach(failed)
    await clock.wait(pause, enough)
    if (!enough.aborted) left = await tried(left.map(({ message }) => message), call)
  }
}

async function tried (messages: readonly Message[], call: (messages: readonly Message[]) => Promise<Outcomes>): Promise<Undone[]> {
  const outcomes = await call(messages)
  return messages.flatMap((message, index) => {
    const error = outcomes[index]
    return error ? [{ message, error }] : []
  })
}
