import { variables, type EnvironmentValues } from '../core/environment'
import { ranges } from '../core/ranges'
import { wholeNumber, withDefaults } from '../option-checks'
import { defaults } from './defaults'

/** What AWS was told, in AWS's own seconds; undefined where neither an option nor a variable says it. */
export interface LoadBalancerSettings {
  readonly healthCheck: { readonly intervalSeconds?: number, readonly timeoutSeconds?: number, readonly unhealthyThreshold?: number }
  readonly idleTimeoutSeconds?: number
  readonly deregistrationDelaySeconds?: number
}

/** An option, else its variable. The ranges are AWS's own, for target groups and load balancers. */
export function loadBalancer (given: unknown, environment: EnvironmentValues): LoadBalancerSettings {
  const options = withDefaults('loadBalancer', given, defaults.loadBalancer)
  const check = withDefaults('loadBalancer.healthCheck', options.healthCheck, defaults.loadBalancer.healthCheck)
  const either = (name: string, value: unknown, variable: keyof typeof ranges): number | undefined => {
    const { least, most } = ranges[variable]
    if (value !== undefined) return wholeNumber(`loadBalancer.${name}`, value, least, most)
    return environment[variable] === undefined ? undefined : wholeNumber(variables[variable], environment[variable], least, most)
  }
  return Object.freeze({
    healthCheck: Object.freeze({
      intervalSeconds: either('healthCheck.intervalSeconds', check.intervalSeconds, 'healthCheckIntervalSeconds'),
      timeoutSeconds: either('healthCheck.timeoutSeconds', check.timeoutSeconds, 'healthCheckTimeoutSeconds'),
      unhealthyThreshold: either('healthCheck.unhealthyThreshold', check.unhealthyThreshold, 'unhealthyThreshold')
    }),
    idleTimeoutSeconds: either('idleTimeoutSeconds', options.idleTimeoutSeconds, 'idleTimeoutSeconds'),
    deregistrationDelaySeconds: either('deregistrationDelaySeconds', options.deregistrationDelaySeconds, 'deregistrationDelaySeconds')
  })
}
