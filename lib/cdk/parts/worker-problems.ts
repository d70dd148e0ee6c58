import { wholeNumber } from '../../option-checks'
import { milliseconds } from './durations'
import { sizeProblems } from '../fargate-sizes'
import { unknownRules } from './held'
import { peakProblems } from '../peaks'
import { placeProblems } from './place'
import { problems } from './problems'
import { spotProblems } from './spot'
import { environmentProblems } from './task'
import { workerRuleIds } from './worker-rules'
import type { WorkerSettings } from './worker-settings'

/** What cannot be, whatever the times are. What a queue cannot be, the CDK says itself; nothing scales up from no task at all. */
export function workerProblems (settings: WorkerSettings, environment: Readonly<Record<string, string>>): string[] {
  const { waitTime, desiredCount, backlogPerTask } = settings
  const wait = milliseconds(waitTime)
  return [
    ...placeProblems(settings),
    ...problems(
      () => wait === undefined || wholeNumber('waitTime, in seconds,', wait / 1_000, 0, 20),
      () => wholeNumber('desiredCount', desiredCount, 1, 5_000),
      () => wholeNumber('backlogPerTask', backlogPerTask, 1, 120_000)
    ),
    ...sizeProblems(settings.cpu, settings.memoryLimitMiB),
    ...spotProblems(settings.spot),
    ...peakProblems(settings),
    ...environmentProblems(environment, settings.environment),
    ...unknownRules(settings.preflight, workerRuleIds)
  ]
}
