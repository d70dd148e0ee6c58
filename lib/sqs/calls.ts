import {
  ChangeMessageVisibilityBatchCommand, DeleteMessageBatchCommand, GetQueueAttributesCommand, type BatchResultErrorEntry, type Message, type SQSClient
} from '@aws-sdk/client-sqs'
import { setMaxListeners } from 'node:events'

import type { Clock } from '../core/clock'
import { bounded } from './bounded'
import { gathered } from './gathered'

/** The most messages that SQS takes, or gives, in one call. */
export const MOST = 10
/** A call that has not been answered by then is as good as lost, and is made again. */
const LONGEST_CALL = 5_000

/** How one message fared: why not, if it was not to be. */
export type Outcome = Error | undefined

interface Hiding {
  readonly message: Message
  readonly seconds: number
}

/**
 * What is done to messages of one queue, each call bounded. A failure is an outcome: nothing rejects. What is asked for at once, at a force
 * point or by messages that came together, goes in as few calls as SQS allows: it bills and throttles calls, and refuses messages one by one.
 */
export class QueueCalls {
  /** Deletes a message. */
  readonly remove: (message: Message) => Promise<Outcome>
  readonly #hide: (hiding: Hiding) => Promise<Outcome>
  readonly #client: SQSClient
  readonly #queueUrl: string
  readonly #clock: Clock
  readonly #underWay = new Set<AbortController>()
  readonly #enough = new AbortController()

  constructor (client: SQSClient, queueUrl: string, clock: Clock) {
    this.#client = client
    this.#queueUrl = queueUrl
    this.#clock = clock
    this.remove = gathered(MOST, (messages) => this.#removeAll(messages))
    this.#hide = gathered(MOST, (hidings) => this.#hideAll(hidings))
    setMaxListeners(0, this.enough) // every message that is tried again may wait for it
  }

  /** Aborts when nothing is to be tried any more. */
  get enough (): AbortSignal {
    return this.#enough.signal
  }

  /** Breaks off what is under way. */
  end (): void {
    this.#enough.abort()
    for (const call of this.#underWay) call.abort()
  }

  /** Hides a message from others for so long from now; 0 shows it. */
  async hide (message: Message, seconds: number): Promise<Outcome> {
    return await this.#hide({ message, seconds })
  }

  /** After how many receives a message is dead-lettered; undefined if never, or if that cannot be known. */
  async mostReceives (): Promise<number | undefined> {
    const command = new GetQueueAttributesCommand({ QueueUrl: this.#queueUrl, AttributeNames: ['RedrivePolicy'] })
    try {
      const { Attributes } = await this.#bounded((abortSignal) => this.#client.send(command, { abortSignal }))
      const { maxReceiveCount } = JSON.parse(Attributes?.RedrivePolicy ?? '{}') as { maxReceiveCount?: number | string }
      return maxReceiveCount === undefined ? undefined : Number(maxReceiveCount)
    } catch {
      return undefined // it needs a permission of its own, sqs:GetQueueAttributes
    }
  }

  async #removeAll (messages: readonly Message[]): Promise<Outcome[]> {
    const command = new DeleteMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries: messages.map(entry) })
    return await this.#outcomes(messages.length, (abortSignal) => this.#client.send(command, { abortSignal }))
  }

  async #hideAll (hidings: readonly Hiding[]): Promise<Outcome[]> {
    const Entries = hidings.map(({ message, seconds: VisibilityTimeout }, index) => ({ ...entry(message, index), VisibilityTimeout }))
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#queueUrl, Entries })
    return await this.#outcomes(hidings.length, (abortSignal) => this.#client.send(command, { abortSignal }))
  }

  async #outcomes (count: number, send: (signal: AbortSignal) => Promise<{ Failed?: BatchResultErrorEntry[] }>): Promise<Outcome[]> {
    try {
      const { Failed = [] } = await this.#bounded(send)
      const failures = new Map(Failed.map((failed) => [failed.Id, errorOf(failed)]))
      return Array.from({ length: count }, (_, index) => failures.get(String(index)))
    } catch (error) {
      return Array<Outcome>(count).fill(error as Error)
    }
  }

  async #bounded<T> (call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = new AbortController()
    this.#underWay.add(limit)
    try {
      return await bounded(this.#clock, LONGEST_CALL, call, limit)
    } finally {
      this.#underWay.delete(limit)
    }
  }
}

/** Whether it is of no use to try again: the receipt has expired, or the queue is gone. Others have the message, or nobody. */
export function isGone ({ name }: Error): boolean {
  return /NotInflight|ReceiptHandle|InvalidParameterValue|InvalidIdFormat|QueueDoesNotExist|NonExistentQueue/.test(name)
}

function entry ({ ReceiptHandle }: Message, index: number): { Id: string, ReceiptHandle: string | undefined } {
  return { Id: String(index), ReceiptHandle }
}

function errorOf ({ Code = 'Unknown', Message = Code }: BatchResultErrorEntry): Error {
  return Object.assign(new Error(Message), { name: Code })
}
