import type { Message } from '@aws-sdk/client-sqs'

import type { Clock } from '../core/clock'
import { isGone, type QueueCalls } from './calls'
import { LONGEST_HOLD_SECONDS } from './options'

export interface LeaseOptions {
  readonly calls: QueueCalls
  readonly clock: Clock
  /** The visibility timeout with which it was received. */
  readonly seconds: number
  /** Called once, with the reason, when others may have the message. */
  lost (message: Message, reason: string): void
}

/** An extension that has failed is tried again after this part of the timeout. */
const AGAIN = 0.1

/**
 * Keeps one message from others while it is held: its visibility is extended at half of the timeout, and never beyond the 12 hours
 * after its receipt at which SQS ends every hold. An extension that fails is tried again until the timeout is up.
 */
export class Lease {
  readonly message: Message
  readonly #options: LeaseOptions
  readonly #since: number
  readonly #over = new AbortController()
  readonly #kept: Promise<void>
  #until: number
  lost = false

  constructor (message: Message, options: LeaseOptions) {
    this.message = message
    this.#options = options
    this.#since = options.clock.now()
    this.#until = this.#since + options.seconds * 1_000
    this.#kept = this.#keep()
  }

  /** Whether the message is still kept from others, also after the end, until its time is up. What it is not, is not ours to show or to hide. */
  get holds (): boolean {
    return !this.lost && this.#options.clock.now() < this.#until
  }

  /** Extends no more. Resolves when no extension is under way that could undo what is done to the message next. */
  async end (): Promise<void> {
    this.#over.abort()
    await this.#kept
  }

  async #keep (): Promise<void> {
    const { calls, clock, seconds } = this.#options
    const over = this.#over.signal
    let next = this.#since + seconds * 500
    for (;;) {
      await clock.wait(next - clock.now(), over)
      if (over.aborted) return

      const now = clock.now()
      const more = extension(now - this.#since, seconds)
      if (more === 0) return this.#lose('SQS lets nobody hold a message for more than 12 hours')
      const error = await calls.hide(this.message, more)
      if (!error) this.#until = now + more * 1_000
      if (over.aborted) return
      if (!error) {
        next = now + more * 500
      } else if (isGone(error) || !this.holds) {
        return this.#lose(error.message)
      } else {
        next = Math.min(clock.now() + seconds * 1_000 * AGAIN, this.#until)
      }
    }
  }

  #lose (reason: string): void {
    this.lost = true
    this.#options.lost(this.message, reason)
  }
}

/** For how many seconds a message that was received `age` milliseconds ago may be hidden from now; 0 if for none. */
export function extension (age: number, seconds: number): number {
  return Math.max(0, Math.min(seconds, LONGEST_HOLD_SECONDS - Math.ceil(age / 1_000) - 1))
}
