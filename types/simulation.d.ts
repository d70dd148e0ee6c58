import type { Left } from './index'
import type { LagProfile, Order, RehearsalOptions, RehearsalSettings } from './rehearsal'

/** What a fleet on paper has in common with one on this machine. */
type Shared = 'order' | 'lag' | 'tasks' | 'nodes' | 'rate' | 'deployments' | 'seed' | 'stopTimeout' | 'deregistrationDelay' |
  'minimumHealthyPercent' | 'maximumPercent' | 'healthCheck' | 'checksWhileDraining' | 'secondSigterm'

/** What is simulated: the options of the rehearsal that bear on it, of up to 10 000 tasks and 1 000 000 requests a second, and three more. */
export interface SimulationOptions extends Pick<RehearsalOptions, Shared> {
  /** From a task's start to its first passed check, in seconds; drawn for each task from this range. @default [20, 40] */
  readonly startTime?: readonly [number, number]
  /** What is in flight at the end of the lame duck takes so many milliseconds more. @default 1000 */
  readonly longestRequest?: number
  /** Pooled connections from all nodes together to one task. @default 50 */
  readonly connectionsPerTask?: number
}

/** The options with their defaults, checked. */
export interface SimulationSettings extends Pick<RehearsalSettings, Shared | 'lagSeconds'> {
  readonly lag: LagProfile | readonly [number, number]
  readonly startTime: readonly [number, number]
  readonly longestRequest: number
  readonly connectionsPerTask: number
}

/** One stop on paper. Instants in milliseconds since the simulation began; what is absent did not happen while the task ran. */
export interface SimulatedStop {
  readonly order: Order
  /** When ECS decided. */
  readonly decided: number
  readonly deregistered?: number
  readonly signalled?: number
  /** Why the lame duck ended; absent where there was none. */
  readonly left?: Left
  /** When the task could no longer be reached: the end of the lame duck, or SIGKILL. */
  readonly listenerClosed: number
  readonly exited: number
  /** When each node looked away, which may be after the exit. */
  readonly lookedAway: readonly number[]
}

/** What deployments cost. Sums are over all of them. */
export interface SimulatedFigures {
  readonly deployments: number
  /** Of one deployment, from its first decision until ECS knows that the last old task is gone: their mean. */
  readonly deploySeconds: number
  /** Tasks that were stopped. */
  readonly stops: number
  /** Exit minus SIGTERM, over all stops; null where nothing was signalled. */
  readonly secondsToExit: { readonly median: number, readonly max: number } | null
  /** The sum over all stops of exit minus deregistration or SIGTERM, whichever came first; a task that is killed drains for 0 s. */
  readonly drainingTaskSeconds: number
  /**
   * `drainingTaskSeconds` divided by the task seconds paid for: the sum over all tasks of the time from their start to
   * their exit that fell into a deployment. From 0 to 1.
   */
  readonly drainingShare: number
  /** The most tasks at one instant that had been started and were not gone. */
  readonly peakTasks: number
  /** The most tasks at one instant that ECS had decided to stop and that were not gone. */
  readonly peakStopping: number
  /**
   * Connections opened again elsewhere. Each stop moves `connectionsPerTask`, an equal part of them at the instant at which
   * a node looks away or the listener is closed, whichever comes first. `peak`: the most within one second, counted in
   * whole seconds from the beginning of each deployment. `mean`: all of them divided by the seconds of all deployments,
   * taken to be one at least.
   */
  readonly reconnectsPerSecond: { readonly peak: number, readonly mean: number }
  /**
   * Expected requests to tasks whose listener was closed: for each stop and node, the integral from the closing to the
   * node's looking away of `rate / nodes / targets`, where `targets` is how many that node had to choose from. What is in flight
   * when a task is killed is not counted.
   */
  readonly lost: number
  /**
   * Expected requests at a time when a node had no target that it called healthy: `rate / nodes` times that time. An ALB
   * may still serve some of them, because it then tries unhealthy targets. Not part of `lost`.
   */
  readonly withoutTarget: number
  /** The above, for people. */
  readonly sentence: string
}

export interface SimulatedOrder extends SimulatedFigures {
  readonly order: Order
}

/** Plain JSON. */
export interface SimulationResult {
  readonly version: 1
  readonly settings: SimulationSettings
  /** What the stop timeout leaves, in milliseconds since SIGTERM: the shortest and the longest lame duck, and when what is unfinished is cut. */
  readonly plan: { readonly drainDelay: number, readonly maxDrainDelay: number, readonly forcePoint: number }
  readonly orders: readonly SimulatedOrder[]
  readonly overall: SimulatedFigures
}
