import type { Message } from '@aws-sdk/client-sqs'
import type { FastifyBaseLogger } from 'fastify'

/** What a queue has to say: of single messages only what went wrong, by their ids; never their bodies. */
export class QueueLog {
  readonly #log: FastifyBaseLogger
  readonly #queue: string

  constructor (log: FastifyBaseLogger, queue: string) {
    this.#log = log
    this.#queue = queue
  }

  /** The one line of a stop. `since`: milliseconds from the signal. */
  stopped (facts: { readonly handedBack: number, readonly since: number }): void {
    this.#say('info', { event: 'ecs-graceful', ...facts, since: Math.round(facts.since) }, `consumer of ${this.#queue} stopped`)
  }

  receiveFailed (error: unknown): void {
    this.#say('error', { err: error }, 'messages could not be received')
  }

  handlerFailed (message: Message, error: unknown): void {
    this.#say('error', { err: error, ...factsOf(message) }, 'a handler failed')
  }

  undeleted (message: Message, error: Error, consequence: string): void {
    this.#say('error', { err: error, ...factsOf(message) }, `a message was handled and could not be deleted: ${consequence}`)
  }

  unreturned (message: Message, error: Error): void {
    this.#say('error', { err: error, ...factsOf(message) }, 'a message could not be handed back: it comes again when its visibility timeout is over')
  }

  badRetry (message: Message, error: unknown): void {
    this.#say('error', { err: error, ...factsOf(message) }, 'retryAfterSeconds gave no number of seconds: the message comes again when its visibility timeout is over')
  }

  lost (message: Message, reason: string): void {
    this.#say('warn', { ...factsOf(message), reason }, 'a message could not be kept from others: it may be handled twice')
  }

  /** What was in flight at the force point. */
  cut (messages: readonly Message[]): void {
    if (messages.length > 0) this.#say('warn', { messageIds: messages.map(({ MessageId }) => MessageId) }, 'handlers were not done at the force point: their messages are handed back')
  }

  deadLetters (maxReceiveCount: number): void {
    this.#say('warn', { maxReceiveCount },
      'a message that a stop hands back is dead-lettered at its next receive: let the redrive policy allow some, 5 or more')
  }

  #say (level: 'info' | 'warn' | 'error', facts: object, message: string): void {
    try {
      this.#log[level]({ queue: this.#queue, ...facts }, message)
    } catch {
      // there is nobody left to tell
    }
  }
}

function factsOf ({ MessageId, Attributes }: Message): { messageId?: string, receiveCount?: number } {
  const count = Attributes?.ApproximateReceiveCount
  return { messageId: MessageId, ...count === undefined ? {} : { receiveCount: Number(count) } }
}
