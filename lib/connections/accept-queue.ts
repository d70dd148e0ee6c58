import timers from 'node:timers/promises'

import type { Clock } from '../core/clock'

/**
 * libuv accepts one connection a turn, so turns are the unit. One empty turn proves nothing: a `setImmediate` asked for
 * in the poll phase runs before the loop polls again. Two were enough in every measurement; three it is.
 */
const EMPTY_TURNS = 3
/** Whoever is flooded by connections must close the listener some day. */
const MOST_TURNS = 1_000

/**
 * Takes in the connections that the kernel has completed but the process has not yet seen; closing the listener would
 * reset them, each a user's 502. Resolves right after the turn that proved the queue empty, so that the listener can be
 * closed before anybody else arrives, or at `until`. `accepted` says how many have been taken in so far.
 */
export async function emptyAcceptQueue (accepted: () => number, clock: Clock, until: number): Promise<void> {
  let empty = 0
  for (let turn = 0; turn < MOST_TURNS && empty < EMPTY_TURNS && clock.now() < until; turn++) {
    const before = accepted()
    await timers.setImmediate()
    empty = accepted() === before ? empty + 1 : 0
  }
}
