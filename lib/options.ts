import type { FastifyInstance } from 'fastify'

import type { CheckFunction, TimingName, TimingPlan, WebSocketOptions } from '../types/index'
import { readEnvironment, variables, type EnvironmentValues } from './core/environment'
import type { HealthCheckHabits } from './core/lame-duck'
import { LONGEST, planTimings, timingRows } from './core/timing-plan'
import { errors } from './errors'
import { boolean, milliseconds, object, oneOf, path, refuse, timing, wholeNumber, withDefaults } from './option-checks'

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
  readonly webSockets: WebSocketOptions & { readonly code: number }
  readonly ecs: { readonly metadata: boolean }
}

const timingNames = Object.keys(timingRows) as TimingName[]

/** Every option but the timings, with the defaults that stand here and nowhere else. */
export const defaults = {
  health: { path: '/health', livePath: '/health/live', checks: {}, cacheTime: 5_000, timeout: 2_000, details: false },
  signals: ['SIGTERM', 'SIGINT'],
  onUncaughtException: 'close',
  resources: {},
  loadBalancer: { healthCheck: { intervalSeconds: undefined, unhealthyThreshold: undefined } },
  webSockets: { code: 1012, perSecond: undefined, goodbye: undefined },
  ecs: { metadata: true }
} as const

/** The ALB's own. */
const UNHEALTHY_THRESHOLD = 2
const noTimings = Object.fromEntries(timingNames.map((name) => [name, undefined])) as Record<TimingName, undefined>

/** What is checked by default where the name is enough. */
const BUILT_IN_CHECKS = ['pg', 'redis']
const CHECK = `a function, or { check, critical, timeout }; true for ${BUILT_IN_CHECKS.join(' and ')} only`

/** Reads the options once. Throws for the first that does not fit; the caller's object is not touched. */
export function readOptions (given: unknown, env: Readonly<Record<string, string | undefined>>): Settings {
  const options = withDefaults('', given, { ...noTimings, ...defaults })
  const environment = environmentValues(env)
  return Object.freeze({
    plan: plan(options, environment),
    habits: habits(options.loadBalancer, environment),
    health: health(options.health),
    signals: Object.freeze(signals(options.signals)),
    onUncaughtException: oneOf('onUncaughtException', options.onUncaughtException, ['close', 'drain']),
    resources: resources(options.resources),
    webSockets: webSockets(options.webSockets),
    ecs: ecs(options.ecs)
  })
}

function environmentValues (env: Readonly<Record<string, string | undefined>>): EnvironmentValues {
  const read = readEnvironment(env)
  if ('finding' in read) refuse(read.finding.variable, 'a number of seconds or a count', read.finding.value)
  return read.values
}

function plan (options: Record<TimingName, unknown>, { stopTimeoutSeconds }: EnvironmentValues): TimingPlan {
  const given = Object.fromEntries(timingNames.map((name) => [name, timing(name, options[name])]))
  const environment = { stopTimeout: stopTimeoutSeconds === undefined ? undefined : stopTimeoutOf(stopTimeoutSeconds) }

  // The variable repeats what ECS will do: a plan beyond it ends in SIGKILL.
  if (environment.stopTimeout && given.stopTimeout && given.stopTimeout > environment.stopTimeout) {
    refuse('stopTimeout', `${environment.stopTimeout} at most, because ${variables.stopTimeoutSeconds} says that SIGKILL comes then`, given.stopTimeout)
  }

  const planned = planTimings({ options: given, environment })
  if ('finding' in planned) throw new errors.BudgetExceeded(planned.finding.message)
  return planned.plan
}

function stopTimeoutOf (seconds: number): number {
  const stopTimeout = Math.round(seconds * 1_000)
  const { least } = timingRows.stopTimeout
  if (stopTimeout >= least && stopTimeout <= LONGEST) return stopTimeout
  refuse(variables.stopTimeoutSeconds, `seconds from ${least / 1_000} to ${LONGEST / 1_000}`, seconds)
}

/** An option, else its variable. The ranges are AWS's own, for target groups. */
function habits (given: unknown, environment: EnvironmentValues): HealthCheckHabits {
  const loadBalancer = withDefaults('loadBalancer', given, defaults.loadBalancer)
  const check = withDefaults('loadBalancer.healthCheck', loadBalancer.healthCheck, defaults.loadBalancer.healthCheck)
  const either = (name: keyof typeof check, least: number, most: number, variable: 'healthCheckIntervalSeconds' | 'unhealthyThreshold') => {
    if (check[name] !== undefined) return wholeNumber(`loadBalancer.healthCheck.${name}`, check[name], least, most)
    return environment[variable] === undefined ? undefined : wholeNumber(variables[variable], environment[variable], least, most)
  }
  return Object.freeze({
    intervalSeconds: either('intervalSeconds', 5, 300, 'healthCheckIntervalSeconds'),
    unhealthyThreshold: either('unhealthyThreshold', 2, 10, 'unhealthyThreshold') ?? UNHEALTHY_THRESHOLD
  })
}

function health (given: unknown): false | HealthSettings {
  if (given === false) return false
  const options = withDefaults('health', given, defaults.health)
  const timeout = milliseconds('health.timeout', options.timeout, 100, false)
  const settings = {
    path: path('health.path', options.path),
    livePath: options.livePath === false ? false as const : path('health.livePath', options.livePath),
    checks: Object.freeze(checks(options.checks, timeout)),
    cacheTime: milliseconds('health.cacheTime', options.cacheTime, 100, true),
    details: boolean('health.details', options.details)
  }
  if (settings.path === settings.livePath) refuse('health.livePath', 'another path than health.path', settings.livePath)
  return Object.freeze(settings)
}

function checks (given: unknown, timeout: number): CheckSettings[] {
  return Object.entries(object('health.checks', given)).map(([name, value]) => {
    const path = `health.checks.${name}`
    const short = value === true || typeof value === 'function'
    if (!short && typeof value !== 'object') refuse(path, CHECK, value)
    const options = withDefaults(path, short ? { check: value } : value, { check: true, critical: false, timeout })
    if (typeof options.check !== 'function' && (options.check !== true || !BUILT_IN_CHECKS.includes(name))) refuse(path, CHECK, value)
    return Object.freeze({
      name,
      check: options.check as true | CheckFunction,
      critical: boolean(`${path}.critical`, options.critical),
      timeout: milliseconds(`${path}.timeout`, options.timeout, 100, false)
    })
  })
}

function signals (given: unknown): readonly Signal[] {
  if (given === false) return []
  if (!Array.isArray(given) || given.length === 0) refuse('signals', "false or a list of 'SIGTERM' and 'SIGINT'", given)
  return [...new Set(given.map((signal, index) => oneOf(`signals[${index}]`, signal, defaults.signals)))]
}

function resources (given: unknown): Settings['resources'] {
  const entries = Object.entries(object('resources', given))
  for (const [name, value] of entries) {
    if (value !== false && typeof value !== 'function') refuse(`resources.${name}`, 'a function that closes it, or false to leave it alone', value)
  }
  return new Map(entries as Array<[string, false | ((app: FastifyInstance) => unknown)]>)
}

/** What a server may send (RFC 6455, section 7.4, and its registry); 1004 to 1006 and 1015 are never sent. */
function isCloseCode (code: unknown): code is number {
  if (typeof code !== 'number' || !Number.isInteger(code)) return false
  return (code >= 1_000 && code <= 1_014 && !(code >= 1_004 && code <= 1_006)) || (code >= 3_000 && code <= 4_999)
}

function webSockets (given: unknown): Settings['webSockets'] {
  const { code, perSecond, goodbye } = withDefaults('webSockets', given, defaults.webSockets)
  if (!isCloseCode(code)) refuse('webSockets.code', '1000 to 1003, 1007 to 1014 or 3000 to 4999', code)
  if (goodbye !== undefined && typeof goodbye !== 'function') refuse('webSockets.goodbye', 'a function', goodbye)
  return Object.freeze({
    code,
    perSecond: perSecond === undefined ? undefined : wholeNumber('webSockets.perSecond', perSecond, 1, 1_000_000),
    goodbye: goodbye as WebSocketOptions['goodbye']
  })
}

function ecs (given: unknown): Settings['ecs'] {
  const { metadata } = withDefaults('ecs', given, defaults.ecs)
  return Object.freeze({ metadata: boolean('ecs.metadata', metadata) })
}
