import type { TimingPlan } from '../../../types/index'
import type { Order } from '../../../types/rehearsal'
import type { SimulatedStop, SimulationSettings } from '../../../types/simulation'
import type { Stage } from '../ecs/deployment'
import { stopSteps } from '../ecs/stop-steps'
import { seeded } from '../random'
import type { Draws } from './draws'
import { stopOnPaper, type Acquaintance } from './stop'
import type { VirtualClock } from './virtual-clock'

/** A task on paper. Instants on the simulation's clock. */
export interface PaperTask {
  /** From 1. */
  readonly task: number
  readonly started: number
  /** When its first check passed. */
  readonly healthy: number
  /** Once ECS has decided to stop it. */
  stop?: SimulatedStop
}

export interface PaperOptions {
  readonly settings: SimulationSettings
  readonly plan: TimingPlan
  readonly draws: Draws
  readonly clock: VirtualClock
}

/**
 * ECS hears of a start or an exit at the next tick, in milliseconds. Each time it hears of something it looks at all that is under
 * way, so in a fleet of thousands every instant of its own would cost thousands.
 */
const TICK = 100

/** The stage on paper: tasks that are nothing but their instants. */
export class Paper implements Stage<PaperTask> {
  readonly #options: PaperOptions
  #tasks = 0
  /** Healthy, and not told to stop. */
  #serving = 0

  constructor (options: PaperOptions) {
    this.#options = options
  }

  /** A task that has been there for long when the simulation begins. */
  standing (): PaperTask {
    this.#serving++
    return { task: ++this.#tasks, started: this.#options.clock.now, healthy: this.#options.clock.now }
  }

  async start (): Promise<PaperTask> {
    const { clock, draws } = this.#options
    const task = ++this.#tasks
    const started = clock.now
    const healthy = started + draws.startTime(task)
    await this.#heardOf(healthy)
    this.#serving++
    return { task, started, healthy }
  }

  async stop (task: PaperTask, order: Order): Promise<void> {
    const { settings, plan, clock } = this.#options
    task.stop = stopOnPaper({
      order,
      decided: clock.now,
      steps: stopSteps(order, settings, seeded(settings.seed, `stop of ${task.task}`)), // as on the machine
      nodes: Array.from({ length: settings.nodes }, (_, node) => this.#acquaintance(task, node)),
      plan,
      unhealthyThreshold: settings.healthCheck.unhealthyThreshold,
      checksWhileDraining: settings.checksWhileDraining,
      deregistrationDelay: settings.deregistrationDelay * 1_000,
      longestRequest: settings.longestRequest
    })
    this.#serving--
    await this.#heardOf(task.stop.exited)
  }

  /** Nodes send requests to their targets in turn, so those to one come at almost even distances. */
  #acquaintance ({ task }: PaperTask, node: number): Acquaintance {
    const { settings: { nodes, rate, healthCheck }, draws } = this.#options
    const every = 1_000 * nodes * this.#serving / rate
    return {
      lag: draws.lag(task, node),
      checks: { first: draws.check(task, node), every: healthCheck.intervalSeconds * 1_000 },
      requests: { first: draws.requestPhase(task, node) * every, every }
    }
  }

  async #heardOf (instant: number): Promise<void> {
    const { clock } = this.#options
    await clock.wait(Math.ceil(instant / TICK) * TICK - clock.now)
  }
}
