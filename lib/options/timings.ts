import type { TimingName, TimingPlan } from '../../types/index'
import { variables, type EnvironmentValues } from '../core/environment'
import { LONGEST, planTimings, timingRows } from '../core/timing-plan'
import { errors } from '../errors'
import { refuse, timing } from '../option-checks'

const timingNames = Object.keys(timingRows) as TimingName[]

export const noTimings = Object.fromEntries(timingNames.map((name) => [name, undefined])) as Record<TimingName, undefined>

/**
 * Checks what is given, and what the variable says, at once. The plan is made when it is known what the task definition says
 * of the stop timeout (milliseconds), which counts where neither does.
 */
export function plan (
  options: Record<TimingName, unknown>, { stopTimeoutSeconds }: EnvironmentValues
): (taskDefinition: number | undefined) => TimingPlan {
  const given = Object.fromEntries(timingNames.map((name) => [name, timing(name, options[name])]))
  const environment = { stopTimeout: stopTimeoutSeconds === undefined ? undefined : stopTimeoutOf(variables.stopTimeoutSeconds, stopTimeoutSeconds) }

  // The variable repeats what ECS will do: a plan beyond it ends in SIGKILL.
  if (environment.stopTimeout && given.stopTimeout && given.stopTimeout > environment.stopTimeout) {
    refuse('stopTimeout', `${environment.stopTimeout} at most, because ${variables.stopTimeoutSeconds} says that SIGKILL comes then`, given.stopTimeout)
  }

  const decided = given.stopTimeout ?? environment.stopTimeout
  return (taskDefinition) => {
    const counts = decided === undefined && taskDefinition !== undefined
    const stopTimeout = counts ? stopTimeoutOf('the task definition\'s stopTimeout', taskDefinition / 1_000) : undefined
    const planned = planTimings({ options: given, environment, taskDefinition: { stopTimeout } })
    if ('finding' in planned) throw new errors.BudgetExceeded(planned.finding.message)
    return planned.plan
  }
}

/** What AWS counts in seconds, under the name by which whoever set it knows it. */
function stopTimeoutOf (name: string, seconds: number): number {
  const stopTimeout = Math.round(seconds * 1_000)
  const { least } = timingRows.stopTimeout
  if (stopTimeout >= least && stopTimeout <= LONGEST) return stopTimeout
  refuse(name, `seconds from ${least / 1_000} to ${LONGEST / 1_000}`, seconds)
}
