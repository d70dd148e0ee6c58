import { CLOSE_GRACE_DELAY } from '../core/preflight/close-grace-delay'
import { LONGEST, STOP_TIMEOUT, timingRows } from '../core/timing-plan'

/** The stop timeouts that the plugin takes, ends included, in milliseconds. */
export const plannable = [timingRows.stopTimeout.least, LONGEST] as const

/** What AWS takes where a document that is complete says nothing. */
export interface Default<T = number | string | boolean> {
  readonly value: T
  /** What it is a default of. */
  readonly of: string
  /** Where it holds. */
  readonly where: string
  readonly source: string
}

const row = <T>(of: string, value: T, where: string, source: string): Default<T> => ({ of, value, where, source })

const CREATE_TARGET_GROUP = 'Elastic Load Balancing API, CreateTargetGroup'
const ATTRIBUTES = 'Elastic Load Balancing API, TargetGroupAttribute'
const NETWORK_CHECKS = 'Elastic Load Balancing, "Health checks for Network Load Balancer target groups"'

/** All of them; in AWS's own seconds where nothing else is said. The table in docs/lint.md is held against these rows. */
export const defaults = {
  stopTimeout: row('stopTimeout', 30, 'on Fargate; on EC2 the instance\'s agent decides', 'ECS API, ContainerDefinition'),
  deregistrationDelay: row('deregistration_delay.timeout_seconds', 300, 'everywhere', ATTRIBUTES),
  interval: row('HealthCheckIntervalSeconds', 30, 'everywhere', CREATE_TARGET_GROUP),
  timeout: row('HealthCheckTimeoutSeconds', 5, 'behind an ALB; the API\'s own text says 6', 'Elastic Load Balancing, "Health checks for your target groups"'),
  networkTimeout: row('HealthCheckTimeoutSeconds', 6, 'behind an NLB, for HTTP checks', NETWORK_CHECKS),
  networkPortTimeout: row('HealthCheckTimeoutSeconds', 10, 'behind an NLB, for TCP and HTTPS checks', NETWORK_CHECKS),
  unhealthyThreshold: row('UnhealthyThresholdCount', 2, 'everywhere', CREATE_TARGET_GROUP),
  path: row('HealthCheckPath', '/', 'for HTTP and HTTPS checks', CREATE_TARGET_GROUP),
  unhealthyTermination: row('target_health_state.unhealthy.connection_termination.enabled', true, 'behind an NLB, for TCP and TLS', ATTRIBUTES),
  idleTimeout: row('idle_timeout.timeout_seconds', 60, 'of an ALB', 'Elastic Load Balancing API, LoadBalancerAttribute'),
  plannedStopTimeout: row('ECS_GRACEFUL_STOP_TIMEOUT_SECONDS', STOP_TIMEOUT / 1_000,
    'what the application plans with where it is not given, unless an option or ecs.describe says otherwise', 'this package'),
  healthPath: row('--health-path', '/health', 'readiness, unless lint is told of another', 'this package'),
  closeGraceDelay: row('--close-grace-delay', CLOSE_GRACE_DELAY, 'of fastify start, in milliseconds', 'fastify-cli')
} as const
