import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import type { FastifyPluginAsync } from 'fastify'

import type { ProtectOptions } from './index'

/** What a handler is told beside its message. */
export interface SqsContext {
  /**
   * Aborts when the message is no longer this task's: it was handed back at the force point, or could not be kept from
   * others. Not at the signal to stop: a handler in flight may finish.
   */
  readonly signal: AbortSignal
}

/** What it returns, or resolves to, means nothing. Its message is deleted when it has ended, and comes again if it throws or rejects. */
export type SqsHandler = (message: Message, context: SqsContext) => unknown

/** Which messages of a batch have failed, by `MessageId`: the form that AWS Lambda has for it. */
export interface SqsBatchResult {
  readonly batchItemFailures: ReadonlyArray<{ readonly itemIdentifier: string }>
}

/** Gets what one receive has brought. All of it is deleted but what the result names; if it throws or rejects, nothing is. */
export type SqsBatchHandler = (messages: readonly Message[], context: SqsContext) => Promise<SqsBatchResult | void> | SqsBatchResult | void

/** Seconds until a message whose handler has failed comes again, 0 to 43 200. */
export type SqsRetryAfter = number | ((message: Message, error: unknown) => number)

/** Seconds are AWS's own numbers. Unknown keys are refused. */
export type SqsOptions = {
  /** Under which the queue is found in `app.sqs`, in the log and in the report. */
  readonly name: string
  /** That of a FIFO queue ends with `.fifo`. */
  readonly queueUrl: string
  /** Stays yours: it is not destroyed. @default a client of the plugin's own, with the region and credentials of the environment */
  readonly client?: SQSClient
  /** How many messages the task holds at a time, 1 to 1000. @default 10 */
  readonly concurrency?: number
  /** How long a poll waits for a message, 1 to 20: so long, too, may a stop wait for the last one. @default 5 */
  readonly waitTimeSeconds?: number
  /**
   * For how long others do not see a message, 2 to 43 200: how soon it comes again after a crash. While it is held, the time is
   * extended at half of it.
   * @default 30
   */
  readonly visibilityTimeoutSeconds?: number
  /** @default what is left of the visibility timeout */
  readonly retryAfterSeconds?: SqsRetryAfter
  /** Has ECS spare the task, for a scale-in or a deployment, while it holds messages, as `app.ecsGraceful.protect` does. @default false */
  readonly protect?: boolean | ProtectOptions
} & ({
  readonly handler: SqsHandler
  readonly batchHandler?: never
} | {
  readonly handler?: never
  readonly batchHandler: SqsBatchHandler
})

/**
 * Where the consumer of a queue stands. `waiting`: the application is not ready yet. `draining`: nothing is received, what is in
 * flight may finish. `stopped`: nothing is held any more.
 */
export type SqsState = 'waiting' | 'running' | 'paused' | 'draining' | 'stopped'

/** The consumer of one queue. */
export interface SqsQueue {
  readonly name: string
  readonly queueUrl: string
  readonly state: SqsState
  /** Messages held: being handled, or waiting for one of their group. */
  readonly inFlight: number
  /** Messages handled and deleted so far. */
  readonly handled: number
  /** Times that a handler failed a message. */
  readonly failed: number
  /** Messages given back untouched or unfinished, for others to receive at once. */
  readonly handedBack: number
  /** What the last receive failed by; null once one has succeeded. For a health check. */
  readonly error: Error | null
  /** Receives nothing more until `resume`; what is in flight goes on. */
  pause (): void
  resume (): void
}

declare module 'fastify' {
  interface FastifyInstance {
    /** By the names under which the queues were registered. */
    readonly sqs: Readonly<Record<string, SqsQueue>>
  }
}

/** Consumes one queue. Register `fastify-ecs-graceful` before, and this once for each queue. */
export type SqsPlugin = FastifyPluginAsync<SqsOptions>
