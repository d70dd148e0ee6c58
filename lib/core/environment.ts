import type { Capacity } from '../../types/index'

/** AWS's own seconds, and a count. */
const numbers = {
  stopTimeoutSeconds: 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS',
  deregistrationDelaySeconds: 'ECS_GRACEFUL_DEREGISTRATION_DELAY_SECONDS',
  healthCheckIntervalSeconds: 'ECS_GRACEFUL_HEALTH_CHECK_INTERVAL_SECONDS',
  healthCheckTimeoutSeconds: 'ECS_GRACEFUL_HEALTH_CHECK_TIMEOUT_SECONDS',
  unhealthyThreshold: 'ECS_GRACEFUL_UNHEALTHY_THRESHOLD',
  idleTimeoutSeconds: 'ECS_GRACEFUL_IDLE_TIMEOUT_SECONDS'
} as const

/**
 * The variables through which the infrastructure tells a task what it was configured with; the CDK construct sets them.
 * An empty variable counts as not set, as `docker run -e NAME=` means it.
 */
export const variables = {
  ...numbers,
  capacity: 'ECS_GRACEFUL_CAPACITY',
  targetGroupArn: 'ECS_GRACEFUL_TARGET_GROUP_ARN'
} as const

/** What a task may run on; `mixed` is Fargate and Fargate Spot. */
export const capacities: readonly Capacity[] = ['fargate', 'fargate-spot', 'mixed', 'ec2']

export type NumberName = keyof typeof numbers
export type EnvironmentValues = { readonly [name in NumberName]?: number } & { readonly capacity?: Capacity, readonly targetGroupArn?: string }

export interface EnvironmentFinding {
  readonly variable: string
  readonly value: string
  readonly allowed: string
}

/** Reads all of them, or names the first that is not of its kind. */
export function readEnvironment (
  env: Readonly<Record<string, string | undefined>>
): { readonly values: EnvironmentValues } | { readonly finding: EnvironmentFinding } {
  const values: Record<string, number | string> = {}
  for (const [name, variable] of Object.entries(variables)) {
    const value = env[variable]?.trim()
    if (value === undefined || value === '') continue
    const allowed = misfit(name, value)
    if (allowed !== undefined) return { finding: { variable, value, allowed } }
    values[name] = name in numbers ? Number(value) : value
  }
  return { values }
}

/** What would be allowed instead; nothing if it is. */
function misfit (name: string, value: string): string | undefined {
  if (name in numbers) return /^\d+(\.\d+)?$/.test(value) ? undefined : 'a number of seconds or a count'
  if (name === 'capacity') return capacities.includes(value as Capacity) ? undefined : capacities.join(', ')
}
