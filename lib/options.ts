import type { FastifyInstance } from 'fastify'

import type { CheckFunction, TimingName, TimingPlan } from '../types/index'
import { readEnvironment, variables, type EnvironmentValues } from './core/environment'
import type { HealthCheckHabits } from './core/lame-duck'
import { planTimings, timingRows } from './core/timing-plan'
import { errors } from './errors'
import { boolean, milliseconds, object, oneOf, path, refuse, timing, wholeNumber } from './option-checks'

export type Signal = 'SIGTERM' | 'SIGINT'

export interface CheckSettings {
  readonly name: string
  /** `true` for the built-in check of all clients of that name. */
  readonly check: true | CheckFunction
  readonly critical: boolean
  readonly timeout: number
}

export interface HealthSettings {
  readonly path: string
  readonly livePath: string | false
  readonly checks: readonly CheckSettings[]
  readonly cacheTime: number
  readonly details: boolean
}

/** The options as everybody behind the door sees them: complete, checked, frozen. */
export interface Settings {
  readonly plan: TimingPlan
  readonly habits: HealthCheckHabits
  readonly health: false | HealthSettings
  /** Empty where the process is not ours to end. */
  readonly signals: readonly Signal[]
  readonly onUncaughtException: 'close' | 'drain'
  readonly resources: ReadonlyMap<string, false | ((app: FastifyInstance) => unknown)>
}

const timingNames = Object.keys(timingRows) as TimingName[]

/** Every option, for the unknown keys' sake and the README's; defaults that are not timings stand here and nowhere else. */
export const defaults = {
  health: { path: '/health', livePath: '/health/live', checks: {}, cacheTime: 5_000, timeout: 2_000, details: false },
  signals: ['SIGTERM', 'SIGINT'],
  onUncaughtException: 'close',
  resources: {},
  loadBalancer: { healthCheck: { intervalSeconds: undefined, unhealthyThreshold: 2 } }
} as const

/** What is checked by default where the name is enough. */
const BUILT_IN_CHECKS = ['pg', 'redis']

/** Reads the options once. Throws for the first that does not fit; the caller's object is not touched. */
export function readOptions (given: unknown, env: Readonly<Record<string, string | undefined>>): Settings {
  const options = object('', given, [...timingNames, ...Object.keys(defaults)])
  const environment = environmentValues(env)
  return Object.freeze({
    plan: plan(options, environment),
    habits: habits(options.loadBalancer, environment),
    health: health(options.health),
    signals: signals(options.signals),
    onUncaughtException: oneOf('onUncaughtException', options.onUncaughtException ?? defaults.onUncaughtException, ['close', 'drain']),
    resources: resources(options.resources)
  })
}

function environmentValues (env: Readonly<Record<string, string | undefined>>): EnvironmentValues {
  const read = readEnvironment(env)
  if ('finding' in read) refuse(read.finding.variable, 'a number of seconds or a count', read.finding.value)
  return read.values
}

function plan (options: Record<string, unknown>, { stopTimeoutSeconds }: EnvironmentValues): TimingPlan {
  const given = Object.fromEntries(timingNames.map((name) => [name, timing(name, options[name])]))
  const environment = stopTimeoutSeconds === undefined
    ? {}
    : { stopTimeout: milliseconds(`${variables.stopTimeoutSeconds} × 1000`, stopTimeoutSeconds * 1_000, timingRows.stopTimeout.least, false) }

  // The variable repeats what ECS will do: a plan beyond it ends in SIGKILL.
  if (environment.stopTimeout && given.stopTimeout && given.stopTimeout > environment.stopTimeout) {
    refuse('stopTimeout', `${environment.stopTimeout} at most, because ${variables.stopTimeoutSeconds} says that SIGKILL comes then`, given.stopTimeout)
  }

  const planned = planTimings({ options: given, environment })
  if ('finding' in planned) throw new errors.BudgetExceeded(planned.finding.message)
  return planned.plan
}

function habits (loadBalancer: unknown, environment: EnvironmentValues): HealthCheckHabits {
  const given = object('loadBalancer', loadBalancer, Object.keys(defaults.loadBalancer))
  const check = object('loadBalancer.healthCheck', given.healthCheck, Object.keys(defaults.loadBalancer.healthCheck))

  // The ranges are AWS's own, for target groups.
  const interval = check.intervalSeconds !== undefined
    ? wholeNumber('loadBalancer.healthCheck.intervalSeconds', check.intervalSeconds, 5, 300)
    : environment.healthCheckIntervalSeconds && wholeNumber(variables.healthCheckIntervalSeconds, environment.healthCheckIntervalSeconds, 5, 300)
  const threshold = check.unhealthyThreshold !== undefined
    ? wholeNumber('loadBalancer.healthCheck.unhealthyThreshold', check.unhealthyThreshold, 2, 10)
    : wholeNumber(variables.unhealthyThreshold, environment.unhealthyThreshold ?? defaults.loadBalancer.healthCheck.unhealthyThreshold, 2, 10)
  return Object.freeze({ intervalSeconds: interval, unhealthyThreshold: threshold })
}

function health (given: unknown): false | HealthSettings {
  if (given === false) return false
  const options = object('health', given, Object.keys(defaults.health))
  const timeout = milliseconds('health.timeout', options.timeout ?? defaults.health.timeout, 100, false)
  const settings = {
    path: path('health.path', options.path ?? defaults.health.path),
    livePath: options.livePath === false ? false as const : path('health.livePath', options.livePath ?? defaults.health.livePath),
    checks: Object.freeze(checks(options.checks, timeout)),
    cacheTime: milliseconds('health.cacheTime', options.cacheTime ?? defaults.health.cacheTime, 100, true),
    details: boolean('health.details', options.details ?? defaults.health.details)
  }
  if (settings.path === settings.livePath) refuse('health.livePath', 'another path than health.path', settings.livePath)
  return Object.freeze(settings)
}

function checks (given: unknown, timeout: number): CheckSettings[] {
  return Object.entries(object('health.checks', given)).map(([name, value]) => {
    const path = `health.checks.${name}`
    const options = value === true || typeof value === 'function'
      ? { check: value }
      : object(path, value, ['check', 'critical', 'timeout'])
    const check = options.check ?? true
    if (typeof check !== 'function' && (check !== true || !BUILT_IN_CHECKS.includes(name))) {
      refuse(path, `a function, or { check, critical, timeout }; true for ${BUILT_IN_CHECKS.join(' and ')} only`, value)
    }
    return Object.freeze({
      name,
      check: check as true | CheckFunction,
      critical: boolean(`${path}.critical`, options.critical ?? false),
      timeout: milliseconds(`${path}.timeout`, options.timeout ?? timeout, 100, false)
    })
  })
}

function signals (given: unknown): readonly Signal[] {
  if (given === false) return []
  const list = given ?? defaults.signals
  if (!Array.isArray(list) || list.length === 0) refuse('signals', "false or a list of 'SIGTERM' and 'SIGINT'", given)
  return Object.freeze([...new Set(list)].map((signal, index) => oneOf(`signals[${index}]`, signal, defaults.signals)))
}

function resources (given: unknown): Settings['resources'] {
  const entries = Object.entries(object('resources', given))
  for (const [name, value] of entries) {
    if (value !== false && typeof value !== 'function') refuse(`resources.${name}`, 'a function that closes it, or false to leave it alone', value)
  }
  return new Map(entries as Array<[string, false | ((app: FastifyInstance) => unknown)]>)
}
