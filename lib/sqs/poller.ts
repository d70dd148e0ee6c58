import { ReceiveMessageCommand, type Message, type ReceiveMessageCommandOutput, type SQSClient } from '@aws-sdk/client-sqs'
import { randomUUID } from 'node:crypto'
import { Consumer } from 'sqs-consumer'

import type { Clock } from '../core/clock'
import { deferred, type Deferred } from '../core/deferred'
import { bounded } from './bounded'
import { MOST } from './calls'
import type { SqsSettings } from './options'

/** A poll that has not been answered so long after its wait time, in milliseconds, is dead, and no message can be on its way. */
const GRACE = 10_000
/** Pauses after receives that failed, in milliseconds, doubling. */
const FIRST = 1_000
const LONGEST = 30_000
const NOTHING: ReceiveMessageCommandOutput = { $metadata: {} }

/** A poll that was not begun. */
class Stopped extends Error {}

export interface PollerOptions {
  readonly client: SQSClient
  readonly settings: SqsSettings
  readonly clock: Clock
  /** Resolves, once there are any, to how many messages may come; to 0 if none ever may. */
  room (): Promise<number>
  arrived (messages: Message[]): void
  failed (error: Error): void
}

/**
 * One long poll after the other, as long as there is room, by `sqs-consumer`. Ours are the instants: when a poll may begin, how many
 * messages it may bring, and that it is never aborted, because SQS may give a message to a poll that nobody waits for.
 */
export class Poller {
  readonly #options: PollerOptions
  readonly #consumer: Consumer
  readonly #stop = new AbortController()
  /** FIFO queues give the same messages again to a receive of the same id: so an answer that was lost is not. */
  #attempt = randomUUID()
  #failures = 0
  #poll?: Deferred<void>
  error: Error | null = null

  constructor (options: PollerOptions) {
    const { settings: { queueUrl, waitTimeSeconds, visibilityTimeoutSeconds }, arrived, failed } = options
    this.#options = options
    this.#consumer = Consumer.create({
      queueUrl,
      // All that it calls is `send`, with receives, and with a signal of its own.
      sqs: { send: (command: ReceiveMessageCommand) => this.#receive(command) } as unknown as SQSClient,
      batchSize: MOST,
      waitTimeSeconds,
      visibilityTimeout: visibilityTimeoutSeconds,
      messageAttributeNames: ['All'],
      messageSystemAttributeNames: ['All'],
      shouldDeleteMessages: false,
      suppressFifoWarning: true,
      authenticationErrorTimeout: 0, // the pauses are ours: it has none for a network that is down
      handleMessageBatch: async (messages) => {
        arrived(messages)
        return undefined
      }
    })
    this.#consumer.on('error', (error: Error) => failed((error.cause ?? error) as Error))
    for (const event of ['response_processed', 'empty', 'error'] as const) this.#consumer.on(event, () => this.#ended())
  }

  start (): void {
    this.#consumer.start()
  }

  /** Begins no poll any more. Resolves when the one under way has come back and what it brought has arrived. */
  async stop (): Promise<void> {
    this.#stop.abort()
    this.#consumer.stop()
    await this.#poll?.promise
  }

  async #receive ({ input }: ReceiveMessageCommand): Promise<ReceiveMessageCommandOutput> {
    const { client, clock, settings: { fifo, waitTimeSeconds } } = this.#options
    if (this.#failures > 0) await clock.wait(Math.min(FIRST * 2 ** (this.#failures - 1), LONGEST), this.#stop.signal)
    const room = await this.#options.room()
    if (room === 0 || this.#stop.signal.aborted) return NOTHING

    this.#poll = deferred()
    const command = this.#unlessStopped(new ReceiveMessageCommand({
      ...input, MaxNumberOfMessages: Math.min(room, MOST), ...fifo ? { ReceiveRequestAttemptId: this.#attempt } : {}
    }))
    const requestTimeout = waitTimeSeconds * 1_000 + GRACE // a client of the application's may have a shorter one
    try {
      const answer = await bounded(clock, requestTimeout, (abortSignal) => client.send(command, { abortSignal, requestTimeout }))
      this.#attempt = randomUUID()
      this.#failures = 0
      this.error = null
      return answer
    } catch (error) {
      if (error instanceof Stopped) return NOTHING
      this.#failures++
      this.error = error as Error
      throw error
    }
  }

  /** The client tries again by itself, and may have to find its credentials first: each request that it is about to send is asked about. */
  #unlessStopped (command: ReceiveMessageCommand): ReceiveMessageCommand {
    command.middlewareStack.add((next) => async (args) => {
      if (this.#stop.signal.aborted) throw new Stopped()
      return await next(args)
    }, { step: 'finalizeRequest', priority: 'low', name: 'noPollOfAStoppedConsumer' })
    return command
  }

  #ended (): void {
    this.#poll?.resolve()
    this.#poll = undefined
  }
}
