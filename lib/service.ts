import type { FastifyInstance } from 'fastify'

import type { DrainReport, EcsTask, Phase, Trigger, WorkName } from '../types/index'
import { Announcement } from './announcement'
import { AppClosing } from './app-closing'
import type { Cause } from './cause'
import { clock } from './clock'
import type { Connections } from './connections/index'
import type { Checkers } from './core/checkers'
import { deregister, type Attempt } from './core/deregistration'
import { deferred } from './core/deferred'
import { drain, type Closed } from './core/drain'
import { instants, remaining, type Instants } from './core/instants'
import { Lifecycle } from './core/lifecycle'
import { TrackedWork } from './core/tracked-work'
import { Ending } from './ending'
import { EventStreams } from './event-streams'
import { Incidents } from './incidents'
import type { Settings, Signal } from './options/index'
import { OwnClose, undrainedReport } from './own-close'
import type { Resource } from './resources/index'
import type { Stoppable } from './signals'
import { Telemetry } from './telemetry/index'
import { Workers } from './workers'

/** What a service is made of beside its application. */
export interface Parts {
  readonly serving: Connections
  readonly checkers: Checkers
  readonly cause: Cause
  /** Finds the clients that the application has by now. */
  discover (): Resource[]
}

/** One Fastify service from start to end: what its drain needs, and all that may begin a drain or cross it. */
export class Service implements Stoppable {
  readonly clock = clock
  readonly plan: Settings['plan']
  readonly habits: Settings['habits']
  readonly signals: readonly Signal[]
  readonly deadline: number
  readonly lifecycle = new Lifecycle((phase) => this.#phaseChanged(phase))
  readonly work = new TrackedWork()
  readonly eventStreams = new EventStreams(clock, Math.random)
  readonly announcement = new Announcement((listener, trigger) => this.#tell(listener, trigger))
  readonly workers: Workers
  readonly serving: Connections
  readonly checkers: Checkers
  readonly cause: Cause
  readonly incidents: Incidents
  #task: EcsTask | null = null
  #deregister?: () => Promise<Attempt>

  readonly #telemetry: Telemetry
  readonly #discover: () => Resource[]
  readonly #closing: AppClosing
  readonly #onUncaughtException: Settings['onUncaughtException']
  readonly #leave = new AbortController()
  readonly #force = new AbortController()
  readonly #ending: Ending
  readonly #ownClose: OwnClose
  #trigger?: Trigger
  /** Settles when all that the application does while it starts is done. */
  readonly #booted = deferred()
  /** Whether hooks of `onReady` run, or have run: then `booted` comes, however they end. */
  #isStarting = false
  #isBooted = false
  #since = 0

  constructor (app: FastifyInstance, settings: Settings, { serving, checkers, cause, discover }: Parts) {
    this.#discover = discover
    this.#telemetry = new Telemetry(app, settings.telemetry.emf)
    this.incidents = new Incidents(this.#telemetry.log)
    this.#ending = new Ending({ clock, safetyMargin: settings.plan.safetyMargin, incidents: this.incidents, telemetry: this.#telemetry })
    this.workers = new Workers({
      isStopping: () => this.stopping,
      signal: this.announcement.signal,
      track: (name, work) => this.work.track(name, work, (name, error) => this.incidents.workerFailed(name, error))
    })
    this.#closing = new AppClosing(app, {
      clock: this.clock,
      incidents: this.incidents,
      closeTimeout: settings.plan.closeTimeout,
      ended: (report) => this.#telemetry.client(report, this.#age)
    })
    this.serving = serving
    this.checkers = checkers
    this.cause = cause
    this.plan = settings.plan
    this.habits = settings.habits
    this.signals = settings.signals
    this.#onUncaughtException = settings.onUncaughtException
    this.#ownClose = new OwnClose(this, { closing: this.#closing, ending: this.#ending, incidents: this.incidents })
    // The report is out at the hard stop; half of the margin is for the last lines to leave.
    this.deadline = settings.plan.stopTimeout - settings.plan.safetyMargin / 2
  }

  /** All plugins are loaded, and the hooks of `onReady` have their turn. */
  starting (): void {
    this.#isStarting = true
  }

  /** The start is over. */
  ready (): void {
    if (this.stopping) return
    this.#closing.found(this.#discover())
    this.lifecycle.advance('ready')
  }

  /** So are all hooks of `onReady`, which may have brought more clients. */
  booted (): void {
    this.#booted.resolve()
    if (this.stopping) return
    this.#isBooted = true
    this.#closing.found(this.#discover())
  }

  get task (): EcsTask | null {
    return this.#task
  }

  /** Milliseconds until the drain's instants; undefined unless there is one under way. */
  get remaining (): Instants | undefined {
    if (this.stopping && this.#trigger !== 'close') return remaining(instants(this.plan, this.#since), this.clock.now())
  }

  /** What ECS says that this is. */
  runsIn (task: EcsTask): void {
    this.#task = task
    this.#telemetry.in(task)
  }

  /** How the task takes itself out of its target group while it drains, where it may and can. */
  deregistersBy (attempt: (() => Promise<Attempt>) | undefined): void {
    this.#deregister = attempt
  }

  get stopping (): boolean {
    return this.#trigger !== undefined
  }

  get ended (): Promise<DrainReport> {
    return this.#ending.reported
  }

  stop (trigger: Trigger): Promise<DrainReport> {
    if (!this.stopping) {
      this.#begin(trigger)
      if (trigger === 'SIGINT' || (trigger === 'uncaughtException' && this.#onUncaughtException === 'close')) this.#leave.abort()
      // Migrations, for instance: they have until the force point, as requests have.
      if (!this.#isBooted) this.work.track('start', this.#booted.promise, () => {})
      this.#closing.begin(this.ended, () => { if (!this.#isStarting) this.#booted.resolve() })
      void this.#drain(trigger)
    } else if (this.#trigger === 'close') {
      void this.#ownClose.bound(this.#force.signal)
    }
    return this.ended
  }

  repeated (signal: Signal): void {
    this.incidents.repeatedSignals++
    if (signal !== 'SIGINT') return
    const wait = this.lifecycle.phase === 'draining' && !this.#leave.signal.aborted ? this.#leave : this.#force
    wait.abort()
  }

  uncaught (trigger: 'uncaughtException' | 'unhandledRejection', error: unknown): void {
    this.incidents.uncaught(trigger, error)
  }

  overdue (): void {
    this.#telemetry.log.fatal('the stop is overdue', { event: 'ecs-graceful', phase: this.lifecycle.phase, since: Math.round(this.#age) })
  }

  track (name: WorkName, work: PromiseLike<unknown>): void {
    this.work.track(name, work, (name, error) => this.incidents.workFailed(name, error, this.stopping))
  }

  announce (): void {
    this.announcement.make(this.#trigger!)
    this.eventStreams.begin(this.lifecycle.phase === 'draining' ? this.plan.drainDelay : 0)
    if (this.#deregister) void this.#leaveTargetGroup(this.#deregister)
  }

  closeHooksAndClients (deadline: number): Promise<Closed> {
    if (!this.#isBooted) this.#closing.found(this.#discover()) // a start that was broken off has brought some, too
    return this.#closing.run(deadline)
  }

  /**
   * Runs before Fastify closes anything, whoever asked it to. After a signal the whole drain goes first; otherwise this is
   * the stop, and it waits for nothing but tracked work.
   */
  async beforeClose (): Promise<void> {
    if (this.#trigger === 'close') return // twice, where the application was closed while it started
    if (this.stopping) return await this.#closing.mayRun
    this.#begin('close')
    if (!this.#isBooted) this.#closing.found(this.#discover())
    await this.#ownClose.begin()
  }

  /** Runs in this plugin's `onClose`. Clients whose owners come later in Fastify's order are left to them. */
  async afterHooks (isManaged: (resource: Resource) => boolean): Promise<void> {
    if (!this.stopping) await this.beforeClose() // closed before it was ready: nothing ran before
    const isLeftover = (resource: Resource): boolean => !isManaged(resource)
    if (this.#trigger !== 'close') return await this.#closing.closeLeftovers(isLeftover)

    await this.#ownClose.end(isLeftover)
  }

  /** A drain that throws is a defect of ours; the task is ended all the same, and says so. */
  async #drain (trigger: Trigger): Promise<void> {
    const over = new AbortController()
    this.cause.ask(over.signal)
    const hurry = { leave: this.#leave.signal, force: this.#force.signal }
    const report = await drain(this, trigger, hurry).catch(async (error: unknown) => {
      this.incidents.brokenOff(error)
      await this.#closing.run(this.clock.now() + this.plan.closeTimeout)
      const durations = { draining: 0, closing: this.#age, clients: 0, total: this.#age }
      return undrainedReport(this, trigger, { clients: this.#closing.reports, durations, inTime: true })
    })
    over.abort()
    await this.#ending.end(report)
  }

  async #leaveTargetGroup (attempt: () => Promise<Attempt>): Promise<void> {
    this.#telemetry.log.deregistration(await deregister(this, attempt, this.#leave.signal), this.#age)
  }

  #begin (trigger: Trigger): void {
    this.#trigger = trigger
    this.#since = this.clock.now()
  }

  #tell (listener: (trigger: Trigger) => unknown, trigger: Trigger): void {
    try {
      const result = listener(trigger)
      if (isThenable(result)) this.track(listener.name || 'onDrain', result)
    } catch (error) {
      this.incidents.listenerFailed(error)
    }
  }

  #phaseChanged (phase: Phase): void {
    if (phase === 'closing') {
      this.#leave.abort() // whoever still waits for the end of the lame duck
      this.eventStreams.hasten()
    }
    this.#telemetry.phase(phase, this.#trigger && { trigger: this.#trigger, since: this.#age })
  }

  get #age (): number {
    return this.clock.now() - this.#since
  }
}

function isThenable (value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'
}
