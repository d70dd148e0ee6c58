import type { Timings } from '../../../types/index'
import type { Facts } from '../../core/preflight/index'
import { KEEP_ALIVE_TIMEOUT } from './defaults'
import { known, milliseconds } from './known'
import type { ServiceSettings } from './service-settings'

/** What the template says, in the words of the preflight. */
export function factsOf (settings: ServiceSettings, plan: Timings | undefined): Facts {
  const { application = {}, livePath, healthCheckCommand } = settings
  return {
    plan,
    stopTimeout: milliseconds(settings.stopTimeout),
    longestRequest: milliseconds(application.longestRequest),
    capacity: settings.spot ? 'mixed' : 'fargate',
    desiredCount: known(settings.desiredCount),
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
        unhealthyThreshold: known(settings.unhealthyThreshold)
      },
      deregisters: settings.deregister
    }
  }
}
