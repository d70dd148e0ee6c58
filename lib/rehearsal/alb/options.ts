import type { HealthCheck } from '../../../types/rehearsal'

/** What an ALB is told. Durations in milliseconds, except the health check's, which are AWS's own seconds. */
export interface BalancerOptions {
  /** On the machine's monotonic clock; every instant is counted from it. */
  readonly epoch: number
  readonly seed: number
  readonly nodes: number
  /** From a deregistration to the instant at which a node looks away; drawn per node and task. */
  readonly lag: readonly [number, number]
  readonly deregistrationDelay: number
  readonly healthCheck: HealthCheck & { readonly path: string }
  readonly checksWhileDraining: boolean
  /** Between a node and a target, in each direction. 0 means no relay, and then no crossings. */
  readonly oneWayDelay: number
  /** @default 60_000 */
  readonly idleTimeout?: number
  /** @default 10_000 */
  readonly connectTimeout?: number
}
