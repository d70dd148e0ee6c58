import type { ClientReport, CutRequest, DrainReport, Left, TimingPlan, Trigger } from '../../types/index'
import type { Checkers } from './checkers'
import type { Clock } from './clock'
import { instants } from './instants'
import { reasonToLeave, type HealthCheckHabits } from './lame-duck'
import { LAST_GOODBYE, LAST_WORDS } from './last-words'
import type { Lifecycle } from './lifecycle'
import { before, EARLY_EXIT, hadLeft, orderOf, type Before } from './order'
import { drainReport } from './report'
import type { TrackedWork } from './tracked-work'

/** The sockets of a service, and what arrives on them, as the drain needs to know them. */
export interface Serving {
  readonly listening: boolean
  /** Sockets not yet gone. */
  readonly open: number
  /** When the last request but health probes arrived. */
  readonly lastRequest: number
  readonly served: number
  /** Before `watch`: how long nothing but health probes has arrived, in milliseconds; undefined where nobody looked. */
  readonly quietFor?: number
  /** Watches arrivals from now on, and says `Connection: close` where that is safe. */
  watch (): void
  /** Takes in what waits to be accepted, then closes the listener; resolves to how many that were. */
  closeListener (until: number): Promise<number>
  /** Closes connections on which nothing can arrive any more and nothing is in flight. */
  sweep (): void
  /** The first of them by name, and how many more there are. */
  inFlight (): { readonly requests: CutRequest[], readonly unnamed: number }
  upgraded (): number
  /** Tells WebSockets to go, spread over `window` milliseconds, all of them by `until`; once the listener closes, at once. */
  farewell (window: number, until: number): void
  /** WebSockets that are still to be told. */
  readonly untold: number
  readonly webSockets: DrainReport['webSockets']
  /** Answers requests whose body is still arriving, and which cannot fit any more. */
  refuseUploads (): void
  /** Destroys what is left. */
  cut (): Promise<void>
}

/** What closing hooks and clients came to. */
export interface Closed {
  readonly clients: readonly ClientReport[]
  /** False if a hook did not end in time. */
  readonly inTime: boolean
}

/** What the drain needs of a task, and no more: the plugin supplies it. */
export interface Drainable {
  readonly clock: Clock
  readonly plan: TimingPlan
  readonly habits: HealthCheckHabits
  readonly lifecycle: Lifecycle
  readonly serving: Serving
  readonly checkers: Checkers
  readonly work: TrackedWork
  /** Why this stop, as far as others can tell by now. */
  readonly cause: Pick<DrainReport['cause'], 'ecs' | 'spot'>
  /** What went wrong besides, until the report is made. */
  readonly incidents: { readonly errors: ReadonlyArray<{ code: string, message: string }>, readonly repeatedSignals: number }
  /** Tells everybody who asked to know that draining has begun. */
  announce (): void
  /** Runs the hooks and closes the clients; ends by `deadline`, whatever they do. */
  closeHooksAndClients (deadline: number): Promise<Closed>
}

/** Each cuts one wait short. */
export interface Hurry {
  readonly leave: AbortSignal
  readonly force: AbortSignal
}

/** How often the lame duck looks around: how late it may leave. */
const LOOK = 50
/** How often idle sockets are swept: how late an answer's socket may go. */
const SWEEP = 25

/**
 * Takes a task out of service without losing a request, in three waits.
 *
 * While `draining`, health says 503, everything else is answered as before and no connection is closed. Then, `closing`,
 * the listener goes first and what is in flight may finish until the force point, where it is written down and cut. Last
 * come hooks and clients. Force point and hard stop are instants fixed at the start, so time that one part does not need
 * belongs to the next.
 *
 * Running out of time is an outcome, not an error. The drain never exits the process: that is left to whoever began it.
 */
export async function drain (task: Drainable, trigger: Trigger, hurry: Hurry): Promise<DrainReport> {
  const { clock, plan, lifecycle, serving } = task
  const since = clock.now()
  const { forcePoint, hardStop } = instants(plan, since)

  const seen = before(since, task.checkers.all(), task.habits, serving.quietFor)

  lifecycle.advance('draining')
  serving.watch()
  task.announce()
  serving.farewell(plan.drainDelay, forcePoint - LAST_GOODBYE)
  const left = await lameDuck(task, seen, hurry.leave)
  const draining = clock.now() - since

  lifecycle.advance('closing')
  const accepted = await serving.closeListener(forcePoint)
  await finishServing(task, forcePoint, hurry.force)
  const cut = await cutTheRest(task)
  const closing = clock.now() - since - draining

  const closed = await task.closeHooksAndClients(Math.min(clock.now() + plan.closeTimeout, hardStop))
  const total = clock.now() - since
  lifecycle.advance('closed')

  return drainReport({
    trigger,
    cause: { ecs: task.cause.ecs, spot: task.cause.spot, ...orderOf(seen, task.checkers.all(), serving.lastRequest, plan) },
    left,
    durations: { draining, closing, clients: total - draining - closing, total },
    served: serving.served,
    accepted,
    webSockets: serving.webSockets,
    cut,
    ...closed,
    errors: task.incidents.errors,
    repeatedSignals: task.incidents.repeatedSignals
  })
}

/** Serves on until the balancer looks elsewhere. A task that nobody can reach need not wait for that. */
async function lameDuck (task: Drainable, seen: Before, leave: AbortSignal): Promise<Left> {
  const { clock, plan, habits, serving, checkers } = task
  const { since } = seen
  const shortened = { ...plan, drainDelay: Math.min(EARLY_EXIT, plan.drainDelay) }
  let looked = since
  while (serving.listening && !leave.aborted) {
    const now = clock.now()
    // A request after all: the balancer has not left.
    const timings = hadLeft(seen, plan) && serving.lastRequest < since ? shortened : plan
    const reason = reasonToLeave(timings, habits, { now, since, lastRequest: serving.lastRequest, checkers: checkers.all() })
    // When the loop has stood still, what came meanwhile has not been read yet: silence is no evidence then.
    const stoodStill = now - looked > 2 * LOOK
    if (reason === 'limit' || (reason && !stoodStill)) return reason
    looked = now
    await clock.wait(LOOK, leave)
  }
  return 'skipped'
}

/** Waits for what is in flight, on sockets and in the background. */
export async function finishServing ({ clock, serving, work }: Pick<Drainable, 'clock' | 'serving' | 'work'>, forcePoint: number, force: AbortSignal): Promise<void> {
  serving.sweep()
  while ((serving.open > 0 || work.size > 0) && clock.now() < forcePoint && !force.aborted) {
    if (clock.now() >= forcePoint - LAST_WORDS) serving.refuseUploads()
    await clock.wait(Math.min(SWEEP, forcePoint - clock.now()), force)
    serving.sweep()
  }
}

/** Writes down what is unfinished, and destroys what carries it. */
export async function cutTheRest ({ serving, work }: Pick<Drainable, 'serving' | 'work'>): Promise<DrainReport['cut']> {
  const cut = { ...serving.inFlight(), upgraded: serving.upgraded(), work: work.names }
  await serving.cut()
  return cut
}
