import type { Message } from '@aws-sdk/client-sqs'

import { deferred, type Deferred } from '../../lib/core/deferred'
import type { SqsContext } from '../../types/sqs'

interface Handling {
  readonly body: string
  readonly signal: AbortSignal
  readonly end: Deferred<Error | undefined>
}

/** A handler that does what the test says, message by message, and writes down the order in which they began. */
export class Handler {
  readonly began: string[] = []
  readonly #handlings: Handling[] = []
  readonly #waiting = new Set<() => void>()

  readonly handle = async ({ Body = '' }: Message, { signal }: SqsContext): Promise<void> => {
    const handling: Handling = { body: Body, signal, end: deferred<Error | undefined>() }
    this.#handlings.push(handling)
    this.began.push(Body)
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
    const error = await handling.end.promise
    if (error) throw error
  }

  /** Resolves once a message has begun for so many times, with the signal that its handler was given. */
  async begun (body: string, times = 1): Promise<AbortSignal> {
    for (;;) {
      const found = this.#handlings.filter((handling) => handling.body === body)[times - 1]
      if (found) return found.signal
      await new Promise<void>((resolve) => { this.#waiting.add(resolve) })
    }
  }

  async end (body: string, error?: Error): Promise<void> {
    await this.begun(body)
    for (const handling of this.#handlings.filter((handling) => handling.body === body)) handling.end.resolve(error)
  }
}
