import type { Message } from '@aws-sdk/client-sqs'

import type { Clock } from '../core/clock'
import { deferred } from '../core/deferred'
import { isGone, type QueueCalls } from './calls'
import type { Handle } from './handling'
import { Lease } from './lease'
import type { QueueLog } from './log'
import type { SqsSettings } from './options'
import { persist, type Undone } from './persist'
import { retryAfter } from './retry-after'

/** What the deliveries of one queue share. */
export interface Dealings {
  readonly settings: SqsSettings
  readonly calls: QueueCalls
  readonly clock: Clock
  readonly log: QueueLog
  readonly handle: Handle
  /** How messages have fared. */
  readonly tally: { handled: number, failed: number, handedBack: number }
  /** Called when messages are held no more. */
  over (): void
}

/** Running messages can be handed back; those that are being settled are handled, and on their way out. */
type DeliveryState = 'waiting' | 'running' | 'settling' | 'leaving' | 'over'

/**
 * Messages that one call of the handler gets, from their receive to their end: deleted, left to come again, or handed back. Others
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
    if (!failures) return false

    this.#state = 'settling'
    this.#failures = failures
    tally.failed += failures.size
    for (const [message, error] of failures) log.handlerFailed(message, error)
    const undeleted = await this.#remove(this.messages.filter((message) => !failures.has(message)))
    return failures.size + undeleted.length === 0 && !this.#isLost
  }

  /** Lets go of what was not deleted: what failed comes again when it is to. */
  async end (): Promise<void> {
    if (this.#handedBack) return await this.#handedBack
    await this.#endLeases()
    await Promise.all([...this.#failures].map(([message, error]) => this.#retry(message, error)))
    this.#over()
  }

  /** Shows the messages to others at once, those of a FIFO queue in reverse order. Not for those that are handled already. */
  async handBack (): Promise<void> {
    this.#handedBack = this.#leave()
    await this.#handedBack
  }

  async #leave (): Promise<void> {
    this.#state = 'leaving'
    this.#taken.abort(new DOMException('the time to stop is up: the message was handed back', 'AbortError'))
    this.#left.resolve(undefined)
    await this.#endLeases()

    const { settings, log, tally } = this.#dealings
    const undone: Undone[] = []
    if (settings.fifo) for (const message of this.messages.toReversed()) undone.push(...await this.#hide([message], 0))
    else undone.push(...await this.#hide(this.messages, 0))
    tally.handedBack += this.messages.length - undone.length
    for (const { message, error } of undone) if (!isGone(error)) log.unreturned(message, error)
    this.#over()
  }

  async #remove (messages: readonly Message[]): Promise<Undone[]> {
    if (messages.length === 0) return []
    const { calls, clock, log, tally } = this.#dealings
    const failed = ({ message, error }: Undone): void => log.undeleted(message, error, 'it is tried again')
    const undeleted = await persist(messages, (some) => calls.remove(some), { clock, enough: calls.enough, failed })
    for (const { message, error } of undeleted) log.undeleted(message, error, 'it may come again')
    tally.handled += messages.length - undeleted.length
    return undeleted
  }

  async #retry (message: Message, error: unknown): Promise<void> {
    const { settings, log } = this.#dealings
    const seconds = retryAfter(settings.retryAfterSeconds, message, error, log)
    if (seconds !== undefined) await this.#hide([message], seconds)
  }

  async #hide (messages: readonly Message[], seconds: number): Promise<Undone[]> {
    const { calls, clock } = this.#dealings
    return await persist(messages, (some) => calls.hide(some, seconds), { clock, enough: calls.enough, failed: () => {} })
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
