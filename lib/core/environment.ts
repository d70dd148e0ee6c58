/**
 * The variables through which the infrastructure tells a task what it was configured with; the CDK construct sets them.
 * AWS's own seconds. An empty variable counts as not set, as `docker run -e NAME=` means it.
 */
export const variables = {
  stopTimeoutSeconds: 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS',
  healthCheckIntervalSeconds: 'ECS_GRACEFUL_HEALTH_CHECK_INTERVAL_SECONDS',
  unhealthyThreshold: 'ECS_GRACEFUL_UNHEALTHY_THRESHOLD'
} as const

export type EnvironmentValues = { readonly [name in keyof typeof variables]?: number }

export interface EnvironmentFinding {
  readonly variable: string
  readonly value: string
}

/** Reads all of them, or names the first that is no number. */
export function readEnvironment (
  env: Readonly<Record<string, string | undefined>>
): { readonly values: EnvironmentValues } | { readonly finding: EnvironmentFinding } {
  const values: Record<string, number> = {}
  for (const [name, variable] of Object.entries(variables)) {
    const value = env[variable]?.trim()
    if (value === undefined || value === '') continue
    if (!/^\d+(\.\d+)?$/.test(value)) return { finding: { variable, value } }
    values[name] = Number(value)
  }
  return { values }
}
