import { sizeProblems } from '../fargate-sizes'
import { unknownRules } from './held'
import { peakProblems } from '../peaks'
import { placeProblems } from './place'
import { workerRangeProblems } from './ranges'
import { spotProblems } from './spot'
import { environmentProblems, platformProblems } from './task'
import { workerRuleIds } from './worker-rules'
import type { WorkerSettings } from './worker-settings'

/** What cannot be, whatever the times are. */
export function workerProblems (settings: WorkerSettings, environment: Readonly<Record<string, string>>): string[] {
  return [
    ...placeProblems(settings),
    ...settings.queue && settings.fifo && !settings.queue.fifo ? ['fifo: the queue that is handed in keeps no order'] : [],
    ...workerRangeProblems(settings),
    ...sizeProblems(settings.cpu, settings.memoryLimitMiB),
    ...platformProblems(settings.runtimePlatform),
    ...spotProblems(settings.spot),
    ...peakProblems(settings),
    ...environmentProblems(environment, settings.environment),
    ...unknownRules(settings.preflight, workerRuleIds)
  ]
}
