import { once } from 'node:events'

/** Rejects, with the reason, when `signal` aborts before `over` does; never resolves. */
export async function aborted (signal: AbortSignal, over: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort', { signal: over })
  signal.throwIfAborted()
  return await new Promise(() => {})
}
