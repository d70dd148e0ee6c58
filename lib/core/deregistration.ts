import { deferred } from './deferred'
import type { Drainable } from './drain'
import { isSought } from './lame-duck'

/** One attempt to take the task out of its target group; who was `denied` need not try again. */
export type Attempt = { readonly value: unknown } | { readonly failure: string, readonly denied: boolean }

/** What came of it. */
export type Deregistration = 'done' | 'not needed' | { readonly failure: string }

/** How often is looked for requests and probes, in milliseconds. */
const LOOK = 50
/** Before the second attempt; each pause is twice as long as the last. */
const PAUSE = 1_000

/**
 * Takes a draining task out of its target group as soon as requests or probes show that the balancer still sends it
 * some, and repeats that until it is done or the lame duck is `over`. Where neither comes the task was deregistered
 * before its signal, and nothing is asked.
 *
 * Runs beside the drain, which does not wait for it. An attempt under way when the lame duck ends is not waited for either.
 */
export async function deregister (
  { clock, habits, serving, checkers }: Pick<Drainable, 'clock' | 'habits' | 'serving' | 'checkers'>, attempt: () => Promise<Attempt>, over: AbortSignal
): Promise<Deregistration> {
  const since = clock.now()
  for (;;) {
    if (over.aborted || !serving.listening) return 'not needed'
    if (isSought(habits, { now: clock.now(), since, lastRequest: serving.lastRequest, checkers: checkers.all() })) break
    await clock.wait(LOOK, over)
  }

  const late = deferred<Attempt>()
  over.addEventListener('abort', () => late.resolve({ failure: 'there was no answer before the lame duck was over', denied: true }), { once: true })
  for (let pause = PAUSE; ; pause *= 2) {
    const answer = await Promise.race([attempt(), late.promise])
    if ('value' in answer) return 'done'
    const { failure, denied } = answer
    if (!denied) await clock.wait(pause, over)
    if (denied || over.aborted) return { failure }
  }
}
