import { inspect } from 'node:util'

import type { HealthCheck, LagProfile, Order, RehearsalOptions, RehearsalSettings, Route } from '../../types/rehearsal'
import { boolean, oneOf, refuse, wholeNumber, withDefaults } from '../option-checks'
import { canRoll } from './ecs/scheduler'
import { nameOf, problemsOf } from './load/index'
import { mustBeTexts, routeOf } from './route-shape'
import { errors } from '../errors'
import { sampleCommand, sampleRoutes } from './sample/index'

export const orders = ['deregister-first', 'together', 'signal-first', 'health-only', 'kill'] as const satisfies readonly Order[]

/** From deregistration to a node's looking away, in seconds. AWS gives no number; 1 to 5 s is typical of reports, the tail goes beyond. */
export const lags: Readonly<Record<LagProfile, readonly [number, number]>> = { ideal: [0, 0], normal: [1, 5], harsh: [4, 12] }

/** The defaults stand here and nowhere else; the command line, the file and the documentation read them. */
export const defaults = {
  command: undefined,
  cwd: undefined,
  env: {},
  order: ['deregister-first', 'together', 'signal-first'],
  lag: 'normal',
  tasks: 2,
  nodes: 2,
  rate: 100,
  deployments: 1,
  seed: 1,
  seeds: 1,
  stopTimeout: 30,
  deregistrationDelay: 10,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  healthPath: '/health',
  healthCheck: '5/2/2',
  checksWhileDraining: undefined,
  secondSigterm: false,
  pid1: false,
  controls: false,
  probes: true,
  path: undefined,
  routes: undefined,
  workers: undefined,
  startTimeout: 60,
  onEvent: undefined,
  signal: undefined
} as const satisfies { [key in keyof Required<RehearsalOptions>]: unknown }

/** What may be given, ends included. Where AWS has a range, it is AWS's. */
export const bounds = {
  tasks: [1, 20],
  nodes: [1, 6],
  rate: [1, 5_000],
  deployments: [0, 1_000],
  seed: [0, 2 ** 31 - 1],
  seeds: [1, 1_000],
  stopTimeout: [2, 3_600],
  deregistrationDelay: [0, 3_600],
  minimumHealthyPercent: [0, 100],
  maximumPercent: [100, 400],
  startTimeout: [1, 600]
} as const satisfies { [key in keyof RehearsalOptions]?: readonly [number, number] }

/** AWS's ranges, in seconds and counts. */
const healthCheckBounds = {
  intervalSeconds: [5, 300],
  timeoutSeconds: [2, 120],
  unhealthyThreshold: [2, 10],
  healthyThreshold: [2, 10]
} as const satisfies { [key in keyof HealthCheck]: readonly [number, number] }

/** What a command that is a stranger is surely able to answer. */
const STRANGERS_ROUTES: readonly Route[] = [{ path: '/' }]

/** Reads the options once. Throws for the first that does not fit, with its name, its value and what is allowed. */
export function readSettings (given: RehearsalOptions): RehearsalSettings {
  const options = withDefaults('', given, defaults)
  const counts = countsOf(options, bounds)
  mustBeTexts('env', options.env)
  const command = commandOf('command', options.command)
  const [lag, lagSeconds] = lagOf(options.lag)
  const harsh = lag === 'harsh'

  const settings: RehearsalSettings = {
    command: command ?? sampleCommand(),
    cwd: options.cwd === undefined ? process.cwd() : text('cwd', options.cwd),
    order: ordersOf(options.order),
    lag,
    lagSeconds,
    ...counts,
    healthPath: pathOf('healthPath', options.healthPath),
    healthCheck: healthCheckOf(options.healthCheck),
    checksWhileDraining: options.checksWhileDraining === undefined ? harsh : boolean('checksWhileDraining', options.checksWhileDraining),
    oneWayDelay: harsh ? 5 : 0.5,
    secondSigterm: boolean('secondSigterm', options.secondSigterm),
    pid1: boolean('pid1', options.pid1),
    controls: boolean('controls', options.controls),
    probes: boolean('probes', options.probes),
    routes: (routesOf(options.routes, options.path) ?? (command ? STRANGERS_ROUTES : sampleRoutes))
      .map((route) => ({ ...route, name: nameOf(route) })),
    ...options.workers === undefined ? {} : { workers: workersOf(options.workers) }
  }
  mustRoll(settings)
  if (settings.routes.some(({ work }) => work) && !settings.workers) refuse('workers', 'a command, because a route has `work`', undefined)
  return Object.freeze(settings)
}

function workersOf (given: unknown): RehearsalSettings['workers'] {
  if (given === undefined) return
  const { command, env, tasks } = withDefaults('workers', given, { command: undefined, env: {}, tasks: 2 })
  mustBeTexts('workers.env', env)
  const [least, most] = bounds.tasks
  return {
    command: commandOf('workers.command', command) ?? refuse('workers.command', "a list such as ['node', 'worker.js']", command),
    env: env as Readonly<Record<string, string>>,
    tasks: wholeNumber('workers.tasks', tasks, least, most)
  }
}

/** The whole numbers that `within` has a range for. */
export function countsOf<Name extends string> (
  options: Readonly<Record<NoInfer<Name>, unknown>>, within: Readonly<Record<Name, readonly [number, number]>>
): Record<Name, number> {
  const names = Object.keys(within) as Name[]
  const counts = names.map((name) => {
    const [least, most] = within[name]
    return [name, wholeNumber(name, options[name], least, most)]
  })
  return Object.fromEntries(counts) as Record<Name, number>
}

/** Refuses a fleet whose deployments could neither start nor stop a task. */
export function mustRoll (settings: Pick<RehearsalSettings, 'tasks' | 'minimumHealthyPercent' | 'maximumPercent'>): void {
  const { tasks, maximumPercent } = settings
  if (canRoll({ desired: tasks, ...settings })) return
  refuse('maximumPercent', `large enough for one more task than ${tasks}, or minimumHealthyPercent small enough for one less`, maximumPercent)
}

function commandOf (name: string, given: unknown): readonly [string, ...string[]] | undefined {
  if (given === undefined) return undefined
  const isCommand = Array.isArray(given) && given.length > 0 && given.every((part) => typeof part === 'string' && !part.includes('\0')) && given[0] !== ''
  if (!isCommand) refuse(name, "a list such as ['node', 'server.js']", given)
  return given as unknown as readonly [string, ...string[]]
}

export function ordersOf (given: unknown): readonly Order[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given]
  if (list.length === 0) refuse('order', `one or more of ${orders.join(', ')}`, given)
  return [...new Set(list.map((order) => oneOf('order', order, orders)))]
}

export function lagOf (given: unknown): [RehearsalSettings['lag'], readonly [number, number]] {
  if (typeof given === 'string' && Object.hasOwn(lags, given)) return [given as LagProfile, lags[given as LagProfile]]
  const range = rangeOf(given, 300)
  if (!range) refuse('lag', `${Object.keys(lags).join(', ')}, or a range of seconds such as [1, 5]`, given)
  return [range, range]
}

/** A copy of a range that begins at 0 or later and ends at `most` or before; nothing, if it is none. */
export function rangeOf (given: unknown, most: number): readonly [number, number] | undefined {
  const isRange = Array.isArray(given) && given.length === 2 && given.every((end) => typeof end === 'number' && end >= 0 && end <= most) && given[0] <= given[1]
  return isRange ? [given[0], given[1]] : undefined
}

export function healthCheckOf (given: unknown): HealthCheck {
  const shape = { intervalSeconds: 5, timeoutSeconds: 2, unhealthyThreshold: 2, healthyThreshold: 2 }
  const parts = typeof given === 'string' ? given.split('/') : undefined
  if (parts && (parts.length !== 3 || parts.some((part) => !/^\d+$/.test(part)))) {
    refuse('healthCheck', "'interval/timeout/unhealthy threshold', such as '5/2/2'", given)
  }
  const named = parts ? { intervalSeconds: Number(parts[0]), timeoutSeconds: Number(parts[1]), unhealthyThreshold: Number(parts[2]) } : given
  const values = withDefaults('healthCheck', named, shape)
  const check = Object.fromEntries(Object.entries(healthCheckBounds).map(([name, [least, most]]) =>
    [name, wholeNumber(`healthCheck.${name}`, values[name as keyof HealthCheck], least, most)])) as unknown as HealthCheck
  if (check.timeoutSeconds >= check.intervalSeconds) {
    refuse('healthCheck.timeoutSeconds', `less than the interval, ${check.intervalSeconds}`, check.timeoutSeconds)
  }
  return check
}

/** A path alone is a route, too. */
function routesOf (given: unknown, path: unknown): readonly Route[] | undefined {
  if (path !== undefined && given !== undefined) refuse('path', 'left out where there are routes', path)
  if (path !== undefined) return [{ path: pathOf('path', path) }]
  if (given === undefined) return undefined
  if (!Array.isArray(given) || given.length === 0) refuse('routes', 'a list of routes, each with a path', given)
  const routes = given.map((route, index) => routeOf(`routes[${index}]`, route))
  const [problem] = problemsOf(routes)
  if (problem !== undefined) throw new errors.OptionInvalid('routes', 'a list of routes that can be sent', inspect(routes, { depth: 0 }), `: ${problem}`)
  return routes
}

/** An ALB's may have a query, unlike a route's. */
function pathOf (name: string, given: unknown): string {
  if (typeof given === 'string' && /^\/[\x21-\x22\x24-\x7e]*$/.test(given)) return given
  refuse(name, "a path that begins with '/'", given)
}

function text (name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value
  refuse(name, 'a text that is not empty', value)
}
