import type { Duration } from 'aws-cdk-lib'
import type * as sqs from 'aws-cdk-lib/aws-sqs'

import type { PreflightRule } from '../../types/index'
import type { GracefulTaskProps } from './task-props'

/** Rules for workers, beside the preflight's own; docs/cdk.md says of each what it holds. */
export type WorkerRule = 'last-poll' | 'visibility' | 'longest-message'

export interface GracefulWorkerServiceProps extends GracefulTaskProps {
  /** @default - a new one, with a dead-letter queue */
  readonly queue?: sqs.IQueue
  /** Whether a new queue keeps the order within groups. @default false */
  readonly fifo?: boolean
  /** The variable that tells the container the queue's URL. @default 'QUEUE_URL' */
  readonly queueUrlVariable?: string
  /**
   * Set on a new queue, and what you know of one that is handed in.
   * @default - the stop timeout, or `longestMessage` if that is more, for a new one; not known of one that is handed in
   */
  readonly visibilityTimeout?: Duration
  /** What the longest message takes. @default - not known */
  readonly longestMessage?: Duration
  /** How long the consumer waits for messages, 0 to 20 s. @default Duration.seconds(5), as fastify-ecs-graceful/sqs has it */
  readonly waitTime?: Duration
  /** After so many receives a message goes to the dead-letter queue. One that is handed back has been received, too. @default 10 */
  readonly maxReceiveCount?: number
  /** How many messages may wait for each task, before one more is started: the delay you accept, divided by what a message takes. @default 10 */
  readonly backlogPerTask?: number
  /** Of the container's own health check. @default - no such check */
  readonly healthCheckCommand?: string[]
  /** By rule: how grave it is here, or that it does not matter. @default - as docs/cdk.md says */
  readonly preflight?: Readonly<Partial<Record<PreflightRule | WorkerRule, 'off' | 'warning' | 'error'>>>
}
