import type { Duration } from 'aws-cdk-lib'

/**
 * What the application sets in its own options, where it does: to be held against what ECS and the load balancer are told. Nothing of
 * this reaches the container.
 */
export interface ApplicationTimings {
  /** Its plugin option `stopTimeout`. @default - the construct's, by ECS_GRACEFUL_STOP_TIMEOUT_SECONDS */
  readonly stopTimeout?: Duration
  /** Its plugin option `drainDelay`. @default - derived from the stop timeout */
  readonly drainDelay?: Duration
  /** Its plugin option `quietPeriod`. @default - derived from the stop timeout */
  readonly quietPeriod?: Duration
  /** Its plugin option `maxDrainDelay`. @default - derived from the stop timeout */
  readonly maxDrainDelay?: Duration
  /** Its plugin option `gracePeriod`. @default - derived from the stop timeout */
  readonly gracePeriod?: Duration
  /** Its plugin option `closeTimeout`. @default - derived from the stop timeout */
  readonly closeTimeout?: Duration
  /** Its plugin option `safetyMargin`. @default - derived from the stop timeout */
  readonly safetyMargin?: Duration
  /** What its longest request takes. @default - not known */
  readonly longestRequest?: Duration
  /** Fastify's `keepAliveTimeout`. @default Duration.seconds(72), as Fastify has it */
  readonly keepAliveTimeout?: Duration
}
