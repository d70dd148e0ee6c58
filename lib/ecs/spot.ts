import { fields, text } from './fields'

/** What ECS says of a running task that bears on Spot. */
export interface Standing {
  readonly capacityProvider?: string
  readonly launchType?: string
  /** Both are filled only once the task is being stopped, and perhaps not at once. */
  readonly stopCode?: string
  readonly stoppedReason?: string
}

/** Of a task as DescribeTasks has it; trusts no type. */
export function readStanding (task: unknown): Standing {
  const { capacityProviderName, launchType, stopCode, stoppedReason } = fields(task)
  return { capacityProvider: text(capacityProviderName), launchType: text(launchType), stopCode: text(stopCode), stoppedReason: text(stoppedReason) }
}

/** The second in older examples of AWS's. */
const INTERRUPTED = ['SpotInterruption', 'TerminationNotice']
const REASON = /spot task was interrupted/i

/**
 * Whether it is Spot that takes the task away; null where that is not known, or not yet. Pure.
 *
 * Only Fargate is certain without a stop code: FARGATE, and no capacity provider at all, are on demand. Instances behind a
 * capacity provider of one's own, and those of the launch type EC2, may be Spot or not, and are drained under a code that does not say.
 */
export function isSpot ({ capacityProvider, launchType, stopCode, stoppedReason }: Standing): boolean | null {
  if (INTERRUPTED.includes(stopCode ?? '') || REASON.test(stoppedReason ?? '')) return true
  if (capacityProvider === 'FARGATE_SPOT') return stopCode === undefined ? null : false
  return (capacityProvider ?? launchType) === 'FARGATE' ? false : null
}
