import type { NumberName } from './environment'

/**
 * What AWS takes, in its own seconds and counts: Elastic Load Balancing API, CreateTargetGroup, TargetGroupAttribute and
 * LoadBalancerAttribute. How long a stop may take depends on what the task runs on; that is a rule of the preflight.
 */
export const ranges = {
  deregistrationDelaySeconds: { least: 0, most: 3_600 },
  healthCheckIntervalSeconds: { least: 5, most: 300 },
  healthCheckTimeoutSeconds: { least: 2, most: 120 },
  unhealthyThreshold: { least: 2, most: 10 },
  idleTimeoutSeconds: { least: 1, most: 4_000 }
} as const satisfies Record<Exclude<NumberName, 'stopTimeoutSeconds'>, { readonly least: number, readonly most: number }>
