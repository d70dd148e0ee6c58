import {
  ChangeMessageVisibilityBatchCommand, DeleteMessageBatchCommand, GetQueueAttributesCommand, type BatchResultErrorEntry, type Message, type SQSClient
} from '@aws-sdk/client-sqs'
import { setMaxListeners } from 'node:events'

import type { Clock } from '../core/clock'

/** A call that has not been answered by then is as good as lost, and is made again. */
const LONGEST_CALL = 5_000

/** How each message fared, in the order in which they were given. */
export type Outcomes = ReadonlyArray<Error | undefined>

/**
 * What is done to messages of one queue, 1 to 10 at a time, each call bounded. A failure is an outcome: nothing rejects.
 * There is one kind of request for one message and for ten, because SQS bills requests and refuses messages one by one.
 */
export class QueueCalls {
  readonly #client: SQSClient
  readonly #queueUrl: string
  readonly #clock: Clock
  readonly #underWay = new Set<AbortController>()
  readonly #enough = new AbortController()

  constructor (client: SQSClient, queueUrl: string, clock: Clock) {
    this.#client = client
    this.#queueUrl = queueUrl
    this.#clock = clock
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

  async remove (messages: readonly Message[]): Promise<Outcomes> {
    const command = new DeleteMessageBatchCommand({ QueueUrl: this.#queueUrl, Entries: messages.map(entry) })
    return await this.#outcomes(messages, (abortSignal) => this.#client.send(command, { abortSignal }))
  }

  /** Hides messages from others for so long from now; 0 shows them. */
  async hide (messages: readonly Message[], seconds: number): Promise<Outcomes> {
    const Entries = messages.map((message, index) => ({ ...entry(message, index), VisibilityTimeout: seconds }))
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: this.#queueUrl, Entries })
    return await this.#outcomes(messages, (abortSignal) => this.#client.send(command, { abortSignal }))
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

  async #outcomes (messages: readonly Message[], send: (signal: AbortSignal) => Promise<{ Failed?: BatchResultErrorEntry[] }>): Promise<Outcomes> {
    try {
      const { Failed = [] } = await this.#bounded(send)
      const failures = new Map(Failed.map((failed) => [failed.Id, errorOf(failed)]))
      return messages.map((_message, index) => failures.get(String(index)))
    } catch (error) {
      return messages.map(() => error as Error)
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

function entry ({ ReceiptHandle }: Message, index: number): { Id: string, ReceiptHandle: string | undefined } {
  return { Id: String(index), ReceiptHandle }
}

function errorOf ({ Code = 'Unknown', Message = Code }: BatchResultErrorEntry): Error {
  return Object.assign(new Error(Message), { name: Code })
}
