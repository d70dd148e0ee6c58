import type { Message } from '@aws-sdk/client-sqs'

import { deferred } from '../core/deferred'
import type { Dealings } from './dealings'
import { remove, retry, show } from './endings'
import { Lease } from './lease'

/** Running messages can be handed back; those that are being settled are handled, and on their way out. */
type DeliveryState = 'waiting' | 'running' | 'settling' | 'leaving' | 'over'

/**
 * Messages that one call of the handler gets, from their receipt to their end: deleted, left to come again, or handed back. Others
 * are kept from them all the while.
 */
export class Delivery {
  readonly messages: readonly Message[]
  readonly #dealings: Dealings
  readonly #leases: readonly Lease[]
  /** Tells the handler that its messages are not its own any more. */
  readonly #taken = new AbortController()
  readonly #left = deferred<undefined>()
  #failures: ReadonlyMap<Message, unknown> = new Map()
  #handedBack?: Promise<void>
  #state: DeliveryState = 'waiting'

  constructor (messages: readonly Message[], dealings: Dealings) {
    const { calls, clock, settings: { visibilityTimeoutSeconds: seconds } } = dealings
    this.messages = messages
    this.#dealings = dealings
    const lost = (message: Message, reason: string): void => this.#lost(message, reason)
    this.#leases = messages.map((message) => new Lease(message, { calls, clock, seconds, lost }))
  }

  get state (): DeliveryState {
    return this.#state
  }

  /** Has the messages handled, and deletes those that were. False if nothing of their group may follow. */
  async run (): Promise<boolean> {
    if (this.#isLost) return false
    const { handle, log, tally } = this.#dealings
    this.#state = 'running'
    const failures = await Promise.race([handle(this.messages, { signal: this.#taken.signal }), this.#left.promise])
    if (!failures || this.#handedBack) return false // both may be true in one instant: what is handed back is not deleted

    this.#state = 'settling'
    this.#failures = failures
    tally.failed += failures.size
    for (const [message, error] of failures) log.handlerFailed(message, error)
    const handled = this.messages.filter((message) => !failures.has(message))
    const removed = await Promise.all(handled.map((message) => remove(message, this.#dealings)))
    return failures.size === 0 && removed.every(Boolean) && !this.#isLost
  }

  /** Lets go of what was not deleted: what failed comes again when it is to. */
  async end (): Promise<void> {
    if (this.#handedBack) return await this.#handedBack
    await this.#endLeases()
    const failed = this.#leases.filter(({ message }) => this.#failures.has(message))
    await Promise.all(failed.map((lease) => retry(lease, this.#failures.get(lease.message), this.#dealings)))
    this.#over()
  }

  /** Shows the messages to others at once. Not for those that are handled already. */
  async handBack (): Promise<void> {
    this.#handedBack = this.#leave()
    await this.#handedBack
  }

  async #leave (): Promise<void> {
    this.#state = 'leaving'
    this.#taken.abort(new DOMException('the time to stop is up: the message was handed back', 'AbortError'))
    this.#left.resolve(undefined)
    await this.#endLeases()
    await show(this.#leases, this.#dealings)
    this.#over()
  }

  async #endLeases (): Promise<void> {
    await Promise.all(this.#leases.map((lease) => lease.end()))
  }

  #over (): void {
    this.#state = 'over'
    this.#dealings.over()
  }

  get #isLost (): boolean {
    return this.#leases.some(({ lost }) => lost)
  }

  #lost (message: Message, reason: string): void {
    this.#dealings.log.lost(message, reason)
    if (this.#leases.every(({ lost }) => lost)) this.#taken.abort(new DOMException(`others may have the message: ${reason}`, 'AbortError'))
  }
}
