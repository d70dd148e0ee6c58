import type { SimulationSettings } from '../../../types/simulation'
import { lagOf } from '../lag'
import { seeded, within } from '../random'

/** What is left to chance about each task, and each node's view of it. Milliseconds. Stops draw for themselves. */
export interface Draws {
  /** From a task's start to its first passed check. */
  startTime (task: number): number
  /** An instant at which the node checks on the task; the others lie an interval apart. */
  check (task: number, node: number): number
  /** From a deregistration to the node's looking away. */
  lag (task: number, node: number): number
  /** From 0 up to 1: where between two requests of a node the task is when the simulation begins. */
  requestPhase (task: number, node: number): number
}

/** As the seed has it; the lags are those of the rehearsal's balancer with the same seed. */
export function draws ({ seed, startTime, healthCheck, lagSeconds }: SimulationSettings): Draws {
  return {
    startTime: (task) => 1_000 * within(seeded(seed, `start of ${task}`), startTime),
    check: (task, node) => 1_000 * within(seeded(seed, `checks of ${task} by ${node}`), [0, healthCheck.intervalSeconds]),
    lag: (task, node) => 1_000 * lagOf(seed, node, task, lagSeconds),
    requestPhase: (task, node) => seeded(seed, `requests to ${task} by ${node}`)()
  }
}
