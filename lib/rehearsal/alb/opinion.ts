import type { HealthCheck } from '../../../types/rehearsal'

/** What a node thinks of a target that it knows as registered. */
export interface Opinion {
  readonly health: 'initial' | 'healthy' | 'unhealthy'
  /** Checks passed in a row, or failed in a row as a negative number. */
  readonly inRow: number
}

export const UNKNOWN: Opinion = { health: 'initial', inRow: 0 }

/** The first success makes a new target healthy; after that it takes as many in a row, either way, as the thresholds say. */
export function revised ({ health, inRow }: Opinion, passed: boolean, thresholds: HealthCheck): Opinion {
  const row = passed ? Math.max(inRow, 0) + 1 : Math.min(inRow, 0) - 1
  if (passed && (health === 'initial' || row >= thresholds.healthyThreshold)) return { health: 'healthy', inRow: row }
  if (!passed && health === 'healthy' && -row >= thresholds.unhealthyThreshold) return { health: 'unhealthy', inRow: row }
  return { health, inRow: row }
}
