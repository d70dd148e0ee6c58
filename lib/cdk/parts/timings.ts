import type { Duration } from 'aws-cdk-lib'

import type { TimingName, Timings } from '../../../types/index'
import { planTimings, timingRows } from '../../core/timing-plan'
import { errors } from '../../errors'
import { milliseconds as inMilliseconds } from '../../option-checks'
import type { ApplicationTimings } from '../application-timings'
import { milliseconds } from './known'
import { problems } from './problems'

const names = Object.keys(timingRows) as TimingName[]

/**
 * What the application will plan with, as its plugin will: by what it sets itself, and by the stop timeout that the construct tells it.
 * No plan and no problem where a duration is a token.
 */
export function applicationPlan (
  application: ApplicationTimings = {}, stopTimeout: Duration
): { readonly plan?: Timings, readonly problems: readonly string[] } {
  const given = names.flatMap((name) => application[name] === undefined ? [] : [[name, milliseconds(application[name])] as const])
  const known = given.flatMap(([name, value]) => value === undefined ? [] : [[name, value] as const])
  const misfits = problems(...known.map(([name, value]) => () => {
    const { least, zero } = timingRows[name]
    inMilliseconds(`application.${name}`, value, least, zero)
  }))
  const told = milliseconds(stopTimeout)
  if (misfits.length > 0 || told === undefined || known.length < given.length) return { problems: misfits }

  const planned = planTimings({ options: Object.fromEntries(known), environment: { stopTimeout: told } })
  return 'plan' in planned ? { plan: planned.plan, problems: [] } : { problems: [new errors.BudgetExceeded(planned.finding.message).message] }
}
