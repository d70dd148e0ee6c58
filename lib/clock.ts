import timers from 'node:timers/promises'

import type { Clock } from './core/clock'

/** The real clock. It is monotonic: a corrected wall clock neither lengthens nor shortens a drain. */
export const clock: Clock = {
  now: () => performance.now(),
  async wait (duration, signal) {
    await timers.setTimeout(duration, undefined, { signal }).catch(() => {})
  }
}

/** The same clock, for waits that must not keep the process alive. */
export const backgroundClock: Clock = {
  now: clock.now,
  async wait (duration, signal) {
    await timers.setTimeout(duration, undefined, { signal, ref: false }).catch(() => {})
  }
}
