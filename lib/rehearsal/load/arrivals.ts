import type { Random } from '../random'

/**
 * The instants of Poisson arrivals, in milliseconds since their beginning, one more with each call. They are settled by
 * `random` alone: nothing that happens to a request moves another.
 */
export function arrivals (rate: number, random: Random): () => number {
  let instant = 0
  return () => {
    instant += -Math.log(1 - random()) / rate * 1_000
    return instant
  }
}
