import type { SimulationOptions, SimulationSettings } from '../../../types/simulation'
import { boolean, refuse, withDefaults } from '../../option-checks'
import * as rehearsal from '../settings'

const { order, lag, tasks, nodes, rate, deployments, seed, stopTimeout, deregistrationDelay } = rehearsal.defaults
const { minimumHealthyPercent, maximumPercent, healthCheck, checksWhileDraining, secondSigterm } = rehearsal.defaults

/** What the rehearsal has too has its defaults. */
export const defaults = {
  order,
  lag,
  tasks,
  nodes,
  rate,
  deployments,
  seed,
  stopTimeout,
  deregistrationDelay,
  minimumHealthyPercent,
  maximumPercent,
  healthCheck,
  checksWhileDraining,
  secondSigterm,
  startTime: [20, 40],
  longestRequest: 1_000,
  connectionsPerTask: 50
} as const satisfies { [key in keyof Required<SimulationOptions>]: unknown }

/** What may be given, ends included: paper bears more tasks and more requests than a machine. */
export const bounds = {
  tasks: [1, 10_000],
  nodes: rehearsal.bounds.nodes,
  rate: [1, 1_000_000],
  deployments: rehearsal.bounds.deployments,
  seed: rehearsal.bounds.seed,
  stopTimeout: rehearsal.bounds.stopTimeout,
  deregistrationDelay: rehearsal.bounds.deregistrationDelay,
  minimumHealthyPercent: rehearsal.bounds.minimumHealthyPercent,
  maximumPercent: rehearsal.bounds.maximumPercent,
  longestRequest: [0, 3_600_000],
  connectionsPerTask: [0, 100_000]
} as const satisfies { [key in keyof SimulationOptions]?: readonly [number, number] }

/** Seconds. */
const LONGEST_START = 3_600

/** Reads the options once. Throws for the first that does not fit, with its name, its value and what is allowed. */
export function readSimulation (given: SimulationOptions): SimulationSettings {
  const options = withDefaults('', given, defaults)
  const [lag, lagSeconds] = rehearsal.lagOf(options.lag)
  const startTime = rehearsal.rangeOf(options.startTime, LONGEST_START)
  if (!startTime) refuse('startTime', `a range of seconds up to ${LONGEST_START}, such as [20, 40]`, options.startTime)

  const settings: SimulationSettings = {
    order: rehearsal.ordersOf(options.order),
    lag,
    lagSeconds,
    ...rehearsal.countsOf(options, bounds),
    healthCheck: rehearsal.healthCheckOf(options.healthCheck),
    checksWhileDraining: options.checksWhileDraining === undefined ? lag === 'harsh' : boolean('checksWhileDraining', options.checksWhileDraining),
    secondSigterm: boolean('secondSigterm', options.secondSigterm),
    startTime
  }
  rehearsal.mustRoll(settings)
  return Object.freeze(settings)
}
