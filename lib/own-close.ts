import type { DrainReport, Trigger } from '../types/index'
import type { AppClosing } from './app-closing'
import { cutTheRest, finishServing, type Drainable } from './core/drain'
import { instants } from './core/instants'
import { noOrder } from './core/order'
import { drainReport, type Findings } from './core/report'
import type { Ending } from './ending'
import type { Incidents } from './incidents'
import type { Resource } from './resources/index'

/** How often idle sockets are swept where Fastify closes by itself. */
const SWEEP = 25

export interface OwnCloseParts {
  readonly closing: AppClosing
  readonly ending: Ending
  readonly incidents: Incidents
}

/** A stop that the application's own `close()` begins: no lame duck, and Fastify ends the serving. */
export class OwnClose {
  readonly #task: Drainable
  readonly #parts: OwnCloseParts
  #since = 0
  #bounded = false
  #cut?: DrainReport['cut']

  constructor (task: Drainable, parts: OwnCloseParts) {
    this.#task = task
    this.#parts = parts
  }

  /** Before Fastify closes anything: waits for nothing but tracked work and goodbyes. */
  async begin (): Promise<void> {
    const { clock, plan, lifecycle, serving, work } = this.#task
    this.#since = clock.now()
    lifecycle.advance('closing')
    serving.watch()
    this.#task.announce()
    void this.#sweepBesideFastify()
    const until = clock.now() + plan.gracePeriod
    serving.farewell(0, until)
    while ((work.size > 0 || serving.untold > 0) && clock.now() < until) await clock.wait(SWEEP)
  }

  /** When Fastify's hooks are done: closes the clients that they have left open, and reports. */
  async end (isLeftover: (resource: Resource) => boolean): Promise<void> {
    const { clock, plan, lifecycle, serving } = this.#task
    await this.#finishBesideFastify()
    const closing = this.#age
    await this.#parts.closing.closeLeftoversAlone(isLeftover, clock.now() + plan.closeTimeout)
    await serving.cut() // nothing is left but what has been told to go

    const total = this.#age
    lifecycle.advance('closed')
    await this.#report({ draining: 0, closing, clients: total - closing, total })
  }

  /** A signal has come meanwhile: from now on this has the limits of a drain, or SIGKILL would be its end. */
  async bound (force: AbortSignal): Promise<void> {
    if (this.#bounded) return
    this.#bounded = true
    const { clock, plan } = this.#task
    const { closing, ending, incidents } = this.#parts
    const { forcePoint, hardStop } = instants(plan, clock.now())

    await finishServing(this.#task, forcePoint, force)
    this.#cut = await cutTheRest(this.#task)
    const inTime = await closing.watchBeside(ending.reported, Math.min(clock.now() + plan.closeTimeout, hardStop))
    if (inTime) return

    incidents.hookTimedOut(plan.closeTimeout)
    await this.#report({ draining: 0, closing: this.#age, clients: 0, total: this.#age }, false)
  }

  /**
   * Fastify waits for its own server, but neither for that of a second address nor for one that somebody else has listen: what is in
   * flight there may still be answered, though owners have closed their clients by now.
   */
  async #finishBesideFastify (): Promise<void> {
    const { clock, plan, serving } = this.#task
    const until = clock.now() + plan.gracePeriod
    if (!this.#bounded) await serving.closeListener(until)
    while (serving.inFlight().requests.length > 0 && clock.now() < until && !this.#bounded) await clock.wait(SWEEP)
    if (serving.inFlight().requests.length > 0) this.#cut ??= await cutTheRest(this.#task)
  }

  /** A request in flight when the listener closes leaves its socket idle for the whole keep-alive time, 72 s in Fastify. */
  async #sweepBesideFastify (): Promise<void> {
    const { clock, serving } = this.#task
    while (serving.listening || serving.open > 0) {
      if (!serving.listening) serving.sweep()
      await clock.wait(SWEEP)
    }
  }

  async #report (durations: DrainReport['durations'], inTime = true): Promise<void> {
    const { closing, ending } = this.#parts
    await ending.end(undrainedReport(this.#task, 'close', { clients: closing.reports, cut: this.#cut, durations, inTime }))
  }

  get #age (): number {
    return this.#task.clock.now() - this.#since
  }
}

type Seen = Pick<Findings, 'clients' | 'durations' | 'inTime'> & { readonly cut?: DrainReport['cut'] | undefined }

/** The report of a stop that was no drain. */
export function undrainedReport ({ cause, serving, work, incidents }: Drainable, trigger: Trigger, { cut, ...seen }: Seen): DrainReport {
  return drainReport({
    trigger,
    cause: { ecs: cause.ecs, spot: cause.spot, ...noOrder },
    left: 'skipped',
    served: serving.served,
    accepted: 0,
    webSockets: serving.webSockets,
    cut: cut ?? { requests: [], unnamed: 0, upgraded: 0, work: work.names },
    ...seen,
    errors: incidents.errors,
    repeatedSignals: incidents.repeatedSignals
  })
}
