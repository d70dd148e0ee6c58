import type { TimingName, TimingPlan } from '../../types/index'
import { variables, type EnvironmentValues } from '../core/environment'
import { LONGEST, planTimings, timingRows } from '../core/timing-plan'
import { errors } from '../errors'
import { refuse, timing } from '../option-checks'

const timingNames = Object.keys(timingRows) as TimingName[]

export const noTimings = Object.fromEntries(timingNames.map((name) => [name, undefined])) as Record<TimingName, undefined>

/** The plan by what is given, else by the variable, else by what the task definition says. */
export function plan (options: Record<TimingName, unknown>, { stopTimeoutSeconds }: EnvironmentValues, taskDefinition?: number): TimingPlan {
  const given = Object.fromEntries(timingNames.map((name) => [name, timing(name, options[name])]))
  const environment = { stopTimeout: stopTimeoutSeconds === undefined ? undefined : stopTimeoutOf(stopTimeoutSeconds) }

  // The variable repeats what ECS will do: a plan beyond it ends in SIGKILL.
  if (environment.stopTimeout && given.stopTimeout && given.stopTimeout > environment.stopTimeout) {
    refuse('stopTimeout', `${environment.stopTimeout} at most, because ${variables.stopTimeoutSeconds} says that SIGKILL comes then`, given.stopTimeout)
  }

  const planned = planTimings({ options: given, environment, taskDefinition: { stopTimeout: taskDefinition } })
  if ('finding' in planned) throw new errors.BudgetExceeded(planned.finding.message)
  return planned.plan
}

function stopTimeoutOf (seconds: number): number {
  const stopTimeout = Math.round(seconds * 1_000)
  const { least } = timingRows.stopTimeout
  if (stopTimeout >= least && stopTimeout <= LONGEST) return stopTimeout
  refuse(variables.stopTimeoutSeconds, `seconds from ${least / 1_000} to ${LONGEST / 1_000}`, seconds)
}
