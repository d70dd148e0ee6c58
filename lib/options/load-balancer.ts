import { variables, type EnvironmentValues, type NumberName } from '../core/environment'
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
  const either = (name: string, value: unknown, variable: NumberName, least: number, most: number): number | undefined => {
    if (value !== undefined) return wholeNumber(`loadBalancer.${name}`, value, least, most)
    return environment[variable] === undefined ? undefined : wholeNumber(variables[variable], environment[variable], least, most)
  }
  return Object.freeze({
    healthCheck: Object.freeze({
      intervalSeconds: either('healthCheck.intervalSeconds', check.intervalSeconds, 'healthCheckIntervalSeconds', 5, 300),
      timeoutSeconds: either('healthCheck.timeoutSeconds', check.timeoutSeconds, 'healthCheckTimeoutSeconds', 2, 120),
      unhealthyThreshold: either('healthCheck.unhealthyThreshold', check.unhealthyThreshold, 'unhealthyThreshold', 2, 10)
    }),
    idleTimeoutSeconds: either('idleTimeoutSeconds', options.idleTimeoutSeconds, 'idleTimeoutSeconds', 1, 4_000),
    deregistrationDelaySeconds: either('deregistrationDelaySeconds', options.deregistrationDelaySeconds, 'deregistrationDelaySeconds', 0, 3_600)
  })
}
