import type { ClientReport } from '../../types/index'
import type { Clock } from '../core/clock'
import { deferred, type Deferred } from '../core/deferred'
import { ForcedError, type Resource } from './resource'

/** Parts of the close timeout after which a client that hangs is broken, and one that a hanging hook keeps open is closed by us. */
const BREAK_AT = 0.6
const CLOSE_AT = 0.8
/** Who begins late has half of what is left. */
const LATE_SHARE = 0.5
/** How often clients are looked at: pg and ioredis have no event for all the ways in which they end. */
const LOOK = 20

interface Client {
  readonly resource: Resource
  readonly ended: Deferred<void>
  report?: ClientReport
  /** Whether we may close it at once: nobody else will. */
  leftover: boolean
  /** The part of the time after which it will have hung for too long; known once somebody has begun to close it. */
  breakAt?: number
  broken: boolean
  /** What our own `close` of it has come to; absent while we have not called it. */
  ours?: 'closing' | 'closed' | 'failed'
}

export interface ClosingOptions {
  readonly clock: Clock
  /** Called once for each client that has ended, however. */
  ended (report: ClientReport): void
  failed (name: string, error: unknown): void
}

/**
 * Sees to it that an application's clients end, each once and none later than the close timeout.
 *
 * Their owners close them in `onClose` hooks, and hang inside them: so `watch` runs beside the hooks, breaks what hangs
 * at 60 % of the time, and at 80 % closes what a hanging hook has kept from being closed. What nobody owns is closed by
 * `closeLeftovers`.
 */
export class ClientClosing {
  readonly #clients: readonly Client[]
  readonly #options: ClosingOptions
  #since = 0
  #intervened = false

  constructor (resources: readonly Resource[], options: ClosingOptions) {
    this.#clients = resources.map((resource) => ({ resource, ended: deferred(), leftover: false, broken: false }))
    this.#options = options
  }

  /** Whether a client was broken or closed while hooks were still at work: their owners may complain of it. */
  get intervened (): boolean {
    return this.#intervened
  }

  /** Of the clients that have ended, in the order in which they were found. */
  get reports (): ClientReport[] {
    return this.#clients.map(({ report }) => report).filter((report) => report !== undefined)
  }

  /**
   * Resolves once all have ended, or at `deadline`, when what is left is broken and called timed out, or as soon as
   * `enough` aborts.
   */
  async watch (deadline: number, enough?: AbortSignal): Promise<void> {
    const { clock } = this.#options
    this.#since = clock.now()
    const budget = deadline - this.#since

    for (;;) {
      const spent = clock.now() >= deadline ? 1 : (clock.now() - this.#since) / budget
      for (const client of this.#clients) this.#look(client, spent)
      if (enough?.aborted || this.#clients.every(({ report }) => report)) return
      await clock.wait(Math.min(LOOK, Math.max(0, deadline - clock.now())), enough)
    }
  }

  /** Closes those of `which` that nobody has begun to close; resolves once each of them has ended. Needs `watch` beside it. */
  async closeLeftovers (which: (resource: Resource) => boolean = () => true): Promise<void> {
    const leftovers = this.#clients.filter(({ resource }) => which(resource))
    for (const client of leftovers) {
      client.leftover = true
      this.#look(client, 0)
    }
    await Promise.all(leftovers.map(({ ended }) => ended.promise))
  }

  #look (client: Client, spent: number): void {
    const { resource, ours, leftover, report, broken } = client
    if (report) return
    if (resource.begun() || ours) client.breakAt ??= Math.max(BREAK_AT, spent + (1 - spent) * LATE_SHARE)

    if (ours === 'failed') this.#end(client, 'failed')
    else if (ours === 'closed' || resource.done()) this.#end(client, broken ? 'forced' : 'closed')
    else if (spent >= 1) this.#giveUp(client)
    else if (client.breakAt !== undefined) this.#breakAfter(client, client.breakAt, spent)
    else if (leftover || spent >= CLOSE_AT) this.#close(client)
  }

  #close (client: Client): void {
    client.ours = 'closing'
    this.#intervened ||= !client.leftover
    client.resource.close().then(
      () => { client.ours = 'closed' },
      (error: unknown) => {
        client.ours = client.broken ? 'closed' : 'failed'
        if (!client.broken) this.#options.failed(client.resource.name, error) // or the error is our own
      })
  }

  #breakAfter (client: Client, breakAt: number, spent: number): void {
    if (!client.broken && client.resource.break && spent >= breakAt) this.#break(client)
  }

  #break (client: Client): void {
    client.broken = true
    this.#intervened = true
    client.resource.break?.(new ForcedError(client.resource.name))
  }

  #giveUp (client: Client): void {
    if (!client.broken) this.#break(client)
    this.#end(client, 'timed-out')
  }

  #end (client: Client, outcome: ClientReport['outcome']): void {
    client.report = { name: client.resource.name, outcome, duration: Math.round(this.#options.clock.now() - this.#since) }
    client.ended.resolve()
    this.#options.ended(client.report)
  }
}
