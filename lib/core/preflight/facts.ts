import type { Capacity, Timings } from '../../../types/index'

/**
 * What is known of a task, its server and its surroundings: from inside a running task, or from the files that describe it.
 * Durations in milliseconds. What is not known is undefined, and the rules that need it say nothing.
 */
export interface Facts {
  /** The application's own timings. */
  readonly plan?: Timings
  /** SIGTERM to SIGKILL, as ECS will do it: the task definition's, or what holds where it says nothing. */
  readonly stopTimeout?: number
  readonly longestRequest?: number
  readonly capacity?: Capacity
  /** How many tasks the service is to have. */
  readonly desiredCount?: number
  readonly container?: ContainerFacts
  readonly server?: ServerFacts
  readonly loadBalancer?: LoadBalancerFacts
}

export interface ContainerFacts {
  /** What stands between PID 1 and the server and passes no signal on, such as `npm` or `sh`; undefined if nothing does. */
  readonly deafParent?: string
  /** fastify-cli's own limit for a stop, where the server is started by it. */
  readonly closeGraceDelay?: number
  /** The path that the container's own health check asks. */
  readonly healthCheckPath?: string
  /** This container, and those that must have stopped before it is told to (`dependsOn`), with the stop timeout of each: the longest chain. */
  readonly stopChain?: ReadonlyArray<{ readonly name: string, readonly stopTimeout: number }>
}

export interface ServerFacts {
  readonly keepAliveTimeout?: number
  readonly headersTimeout?: number
  /** The address that it is bound to. */
  readonly address?: string
  /** The path of readiness; undefined if there is none. */
  readonly healthPath?: string
}

export interface LoadBalancerFacts {
  readonly kind?: 'application' | 'network'
  readonly idleTimeout?: number
  readonly deregistrationDelay?: number
  readonly healthCheck?: {
    /** Undefined for a check that is no HTTP. */
    readonly path?: string
    readonly interval?: number
    readonly timeout?: number
    readonly unhealthyThreshold?: number
  }
  /** NLB: whether connections are cut when a target is found unhealthy. */
  readonly unhealthyTermination?: boolean
  /** Whether the task takes itself out of its target group. */
  readonly deregisters?: boolean
}
