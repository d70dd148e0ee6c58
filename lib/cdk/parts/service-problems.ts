import { path } from '../../option-checks'
import { sizeProblems } from '../fargate-sizes'
import { peakProblems } from '../peaks'
import { balancerBehind, knownVpc } from './front'
import { unknownRules } from './held'
import { within } from './known'
import { placeProblems } from './place'
import { problems } from './problems'
import { serviceRangeProblems } from './ranges'
import type { ServiceSettings } from './service-settings'
import { spotProblems } from './spot'
import { urlProblems } from './service-url'
import { environmentProblems, platformProblems } from './task'

/** What cannot be, whatever the times are. CloudFormation would find most of it only at the deployment. */
export function serviceProblems (settings: ServiceSettings, environment: Readonly<Record<string, string>>): string[] {
  return [
    ...placeProblems(settings),
    ...frontProblems(settings),
    ...problems(
      () => settings.deploymentErrors === false || within('deploymentErrors', settings.deploymentErrors, { least: 1, most: 1_000_000 }),
      () => path('healthCheckPath', settings.healthCheckPath),
      () => settings.livePath === false || path('livePath', settings.livePath)
    ),
    ...urlProblems(settings.urlOutput),
    ...serviceRangeProblems(settings),
    ...sizeProblems(settings.cpu, settings.memoryLimitMiB),
    ...platformProblems(settings.runtimePlatform),
    ...spotProblems(settings.spot),
    ...peakProblems(settings),
    ...environmentProblems(environment, settings.environment),
    ...unknownRules(settings.preflight)
  ]
}

function frontProblems (settings: ServiceSettings): string[] {
  const { loadBalancer, listener, conditions, priority, certificate, isShared, vpc, cluster } = settings
  return [
    ...isShared && !vpc && !cluster && !knownVpc(settings)
      ? ['a load balancer that is handed in reaches only its own VPC, and does not say which that is: give vpc, or a cluster in it']
      : [],
    ...listener && !(conditions && priority !== undefined)
      ? ['a listener that is handed in has rules of its own, and only its owner knows what is free: give conditions and priority, too']
      : [],
    ...listener && certificate ? ['a listener that is handed in keeps its own certificate: leave certificate out'] : [],
    ...listener && loadBalancer && balancerBehind(listener) && balancerBehind(listener) !== loadBalancer
      ? ['listener and loadBalancer are both given, and the listener is another load balancer\'s: leave loadBalancer out']
      : []
  ]
}
