import { sizeProblems } from '../fargate-sizes'
import { unknownRules } from './held'
import { peakProblems } from '../peaks'
import { placeProblems } from './place'
import { rangeProblems } from './service-facts'
import type { ServiceSettings } from './service-settings'
import { spotProblems } from './spot'
import { environmentProblems } from './task'

/** What cannot be, whatever the times are. CloudFormation would find most of it only at the deployment. */
export function serviceProblems (settings: ServiceSettings, environment: Readonly<Record<string, string>>): string[] {
  return [
    ...placeProblems(settings),
    ...listenerProblems(settings),
    ...rangeProblems(settings),
    ...sizeProblems(settings.cpu, settings.memoryLimitMiB),
    ...spotProblems(settings.spot),
    ...peakProblems(settings.peaks),
    ...environmentProblems(environment, settings.environment),
    ...unknownRules(settings.preflight)
  ]
}

/** Among the rules of somebody else's listener nobody but its owner knows what is free. */
function listenerProblems ({ listener, conditions, priority }: ServiceSettings): string[] {
  if (!listener || (conditions && priority !== undefined)) return []
  return ['a listener that is handed in has rules of its own: give conditions and priority, too']
}
