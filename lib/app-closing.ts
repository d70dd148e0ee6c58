import type { FastifyInstance } from 'fastify'
import timers from 'node:timers/promises'

import type { ClientReport } from '../types/index'
import type { Avvio } from './avvio'
import type { Clock } from './core/clock'
import { deferred } from './core/deferred'
import type { Closed } from './core/drain'
import type { Incidents } from './incidents'
import { ClientClosing, hold, isShared, letGo, type Resource } from './resources/index'

export interface AppClosingOptions {
  readonly clock: Clock
  readonly incidents: Incidents
  /** Said of a hook that hangs. */
  readonly closeTimeout: number
  /** Called once for each client that has ended. */
  ended (report: ClientReport): void
}

/** Fastify's own `close()` within a stop: held until the server is done, then watched, because hooks are where owners hang. */
export class AppClosing {
  readonly #app: FastifyInstance
  readonly #options: AppClosingOptions
  readonly #mayRun = deferred()
  /** Settles when the hooks are done, with what they failed by. */
  readonly #hooks = deferred<unknown>()
  #resources: readonly Resource[] = []
  /** Of the clients that are this application's alone; absent until closing begins. */
  #closing?: ClientClosing
  #shared: readonly Resource[] = []
  /** Of those that others had, too, and have no more. */
  #last?: ClientClosing
  #hasBegun = false

  constructor (app: FastifyInstance, options: AppClosingOptions) {
    this.#app = app
    this.#options = options
  }

  /** The clients that the start has brought, all of them; before closing begins. */
  found (resources: readonly Resource[]): void {
    this.#resources = resources
    for (const { client } of resources) hold(client, this)
  }

  /** Settles when there is nothing left to close but hooks and clients: until then `close()` is held, whoever called it. */
  get mayRun (): Promise<void> {
    return this.#mayRun.promise
  }

  get reports (): ClientReport[] {
    return [...this.#closing?.reports ?? [], ...this.#last?.reports ?? []]
  }

  /** What is found later is not closed any more. */
  get #clients (): ClientClosing {
    if (this.#closing) return this.#closing
    this.#shared = this.#resources.filter(({ client }) => isShared(client, this))
    this.#closing = this.#closingOf(this.#resources.filter((resource) => !this.#shared.includes(resource)))
    return this.#closing
  }

  /**
   * Has Fastify close as soon as it may, and calls `begins` when it would, after all plugins have been loaded. To be called with the
   * signal: so this stands in avvio's queue before whoever else closes in the same signal, and they go on, and exit, only when the
   * stop is `reported`.
   */
  begin (reported: Promise<unknown>, begins: () => void): void {
    const { onClose, close } = this.#app as unknown as Avvio
    // What comes last into this queue comes out of it first: put there before, it would come after hooks that `onReady` has added.
    onClose.call(this.#app, async () => {
      this.#hasBegun = true
      await timers.setImmediate() // hooks of `onReady` that are next in line have begun then
      begins()
      await this.mayRun
    })
    close.call(this.#app, (error, goOn) => {
      this.#hooks.resolve(error)
      void reported.then(() => setImmediate(goOn)) // our own exit, if there is one, comes first
    })
  }

  /** Runs the hooks and closes what they leave open; ends by `deadline`, whatever they do. */
  async run (deadline: number): Promise<Closed> {
    const { clock, incidents, closeTimeout } = this.#options
    const watching = this.#clients.watch(deadline)
    this.#mayRun.resolve()

    const settled = new AbortController()
    const inTime = await Promise.race([
      this.#hooks.promise.then(() => true),
      clock.wait(deadline - clock.now(), settled.signal).then(() => false)
    ])
    settled.abort()

    if (inTime) {
      incidents.hookFailed(await this.#hooks.promise, this.#clients.intervened)
      await this.#clients.closeLeftovers()
    } else if (this.#hasBegun) {
      incidents.hookTimedOut(closeTimeout)
    } else {
      incidents.startTimedOut()
    }
    await watching
    await this.#closeShared(() => true, deadline)
    return { clients: this.reports, inTime }
  }

  /** Closes what nobody else will, within a `run`. */
  async closeLeftovers (isLeftover: (resource: Resource) => boolean): Promise<void> {
    await this.#clients.closeLeftovers(isLeftover)
  }

  /** The same without a `run`, by `deadline`, where Fastify closes by itself. */
  async closeLeftoversAlone (isLeftover: (resource: Resource) => boolean, deadline: number): Promise<void> {
    const enough = new AbortController()
    const watching = this.#clients.watch(deadline, enough.signal)
    await this.#clients.closeLeftovers(isLeftover)
    enough.abort()
    await watching
    await this.#closeShared(isLeftover, deadline)
  }

  /** Watches the clients while Fastify closes by itself, until it is `over`; false if it is not by `deadline`. */
  async watchBeside (over: Promise<unknown>, deadline: number): Promise<boolean> {
    const enough = new AbortController()
    void this.#clients.watch(deadline, enough.signal)
    const settled = new AbortController()
    const inTime = await Promise.race([
      over.then(() => true),
      this.#options.clock.wait(deadline - this.#options.clock.now(), settled.signal).then(() => false)
    ])
    settled.abort()
    enough.abort()
    return inTime
  }

  /** When the hooks are done: a client that others of this process have, too, is left to the last of them, which may be serving yet. */
  async #closeShared (isLeftover: (resource: Resource) => boolean, deadline: number): Promise<void> {
    for (const { client } of this.#resources) if (!this.#shared.some((shared) => shared.client === client)) letGo(client, this)
    const last = this.#shared.filter(({ client }) => letGo(client, this)).filter(isLeftover)
    if (last.length === 0) return
    this.#last = this.#closingOf(last)
    await Promise.all([this.#last.watch(deadline), this.#last.closeLeftovers()])
  }

  #closingOf (resources: readonly Resource[]): ClientClosing {
    const { clock, incidents, ended } = this.#options
    return new ClientClosing(resources, { clock, ended, failed: (name, error) => incidents.clientFailed(name, error) })
  }
}
