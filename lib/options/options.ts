import type { HealthCheckHabits } from '../core/lame-duck'
import { readEnvironment, type EnvironmentValues } from '../core/environment'
import { isContainer } from '../ecs/index'
import { boolean, milliseconds, oneOf, refuse, withDefaults } from '../option-checks'
import { defaults } from './defaults'
import { ecs } from './ecs'
import { health } from './health'
import { loadBalancer, type LoadBalancerSettings } from './load-balancer'
import { preflight, resources, signals, telemetry } from './others'
import type { Settings } from './settings'
import { noTimings, plan } from './timings'
import { webSockets } from './web-sockets'

export { defaults } from './defaults'

type Environment = Readonly<Record<string, string | undefined>>

/** The ALB's own. */
const UNHEALTHY_THRESHOLD = 2

/** The options as far as they can be checked before anybody is asked what the task definition says. */
export interface CheckedOptions extends Pick<Settings, 'ecs' | 'signals'> {
  /** With the stop timeout (milliseconds) that the task definition gives, if it is known: throws if the timings do not fit. */
  withStopTimeout (taskDefinition: number | undefined): Settings
}

/** Reads the options once. Throws for the first that does not fit; the caller's object is not touched. */
export function readOptions (given: unknown, env: Environment): Settings {
  return checkOptions(given, env).withStopTimeout(undefined)
}

/** The same, where the stop timeout is yet to be looked up: a wrong option is refused before that. */
export function checkOptions (given: unknown, env: Environment): CheckedOptions {
  const options = withDefaults('', given, { ...noTimings, ...defaults })
  const environment = environmentValues(env)
  const balancer = loadBalancer(options.loadBalancer, environment)
  const planned = plan(options, environment)
  const settings = {
    habits: habits(balancer),
    health: health(options.health),
    signals: Object.freeze(signals(options.signals)),
    onUncaughtException: oneOf('onUncaughtException', options.onUncaughtException, ['close', 'drain']),
    resources: resources(options.resources),
    longestRequest: options.longestRequest === undefined ? undefined : milliseconds('longestRequest', options.longestRequest, 100, false),
    loadBalancer: balancer,
    capacity: environment.capacity,
    earlyExit: boolean('earlyExit', options.earlyExit),
    webSockets: webSockets(options.webSockets),
    ecs: ecs(options.ecs, environment, isContainer(env)),
    telemetry: telemetry(options.telemetry),
    preflight: preflight(options.preflight)
  }
  return {
    ...settings,
    withStopTimeout: (taskDefinition) => Object.freeze({ plan: planned(taskDefinition), ...settings })
  }
}

function environmentValues (env: Environment): EnvironmentValues {
  const read = readEnvironment(env)
  if ('finding' in read) refuse(read.finding.variable, read.finding.allowed, read.finding.value)
  return read.values
}

function habits ({ healthCheck }: LoadBalancerSettings): HealthCheckHabits {
  const { intervalSeconds, unhealthyThreshold } = healthCheck
  return Object.freeze({ intervalSeconds, unhealthyThreshold: unhealthyThreshold ?? UNHEALTHY_THRESHOLD })
}
