import type { Clock } from '../core/clock'

/** Has `limit` abort a call that takes longer than `most`. */
export async function bounded<T> (clock: Clock, most: number, call: (signal: AbortSignal) => Promise<T>, limit = new AbortController()): Promise<T> {
  const over = new AbortController()
  void clock.wait(most, over.signal).then(() => limit.abort())
  try {
    return await call(limit.signal)
  } finally {
    over.abort()
  }
}
