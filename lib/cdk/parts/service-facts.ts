import type { Timings } from '../../../types/index'
import type { Facts } from '../../core/preflight/index'
import { ranges } from '../../core/ranges'
import { wholeNumber } from '../../option-checks'
import { KEEP_ALIVE_TIMEOUT } from './defaults'
import { milliseconds } from './durations'
import { problems } from './problems'
import type { ServiceSettings } from './service-settings'

/** What the template says, in the words of the preflight. */
export function factsOf (settings: ServiceSettings, plan: Timings | undefined): Facts {
  const { application = {}, livePath, healthCheckCommand } = settings
  return {
    plan,
    stopTimeout: milliseconds(settings.stopTimeout),
    longestRequest: milliseconds(application.longestRequest),
    capacity: settings.spot ? 'mixed' : 'fargate',
    desiredCount: settings.desiredCount,
    container: { healthCheckPath: livePath === false || healthCheckCommand ? undefined : livePath },
    server: { keepAliveTimeout: milliseconds(application.keepAliveTimeout ?? KEEP_ALIVE_TIMEOUT), healthPath: settings.healthCheckPath },
    loadBalancer: {
      kind: 'application',
      idleTimeout: milliseconds(settings.idleTimeout),
      deregistrationDelay: milliseconds(settings.deregistrationDelay),
      healthCheck: {
        path: settings.healthCheckPath,
        interval: milliseconds(settings.healthCheckInterval),
        timeout: milliseconds(settings.healthCheckTimeout),
        unhealthyThreshold: settings.unhealthyThreshold
      },
      deregisters: settings.deregister
    }
  }
}

/** Numbers outside AWS's own ranges; the CDK lets them pass, and CloudFormation refuses them at the deployment. */
export function rangeProblems (settings: ServiceSettings): string[] {
  const { deregistrationDelaySeconds, healthCheckIntervalSeconds, healthCheckTimeoutSeconds, idleTimeoutSeconds, unhealthyThreshold } = ranges
  const durations = [
    ['deregistrationDelay', deregistrationDelaySeconds], ['healthCheckInterval', healthCheckIntervalSeconds],
    ['healthCheckTimeout', healthCheckTimeoutSeconds], ['idleTimeout', idleTimeoutSeconds]
  ] as const
  const known = durations.flatMap(([name, range]) => {
    const value = milliseconds(settings[name])
    return value === undefined ? [] : [{ name: `${name}, in seconds,`, value: value / 1_000, ...range }]
  })
  const counts = (['healthyThreshold', 'unhealthyThreshold'] as const).map((name) => ({ name, value: settings[name], ...unhealthyThreshold }))
  return problems(...[...known, ...counts].map(({ name, value, least, most }) => () => wholeNumber(name, value, least, most)))
}
