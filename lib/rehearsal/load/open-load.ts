import timers from 'node:timers/promises'

import type { Lateness } from '../../../types/rehearsal'
import { since, type Now } from '../monotonic'
import { seeded, type Random } from '../random'
import { arrivals } from './arrivals'
import { chosen } from './choice'
import { Client, type Asking } from './client'
import { latenessOf } from './lateness'
import { prepared, type PreparedRoute } from './prepared-route'
import { probeRoute } from './probe-route'
import { recordOf, type Sending } from './record'
import { rehearseRoutes } from './rehearse-routes'
import type { ClientRecord, LoadOptions, LoadStatus, Probe } from './types'

/** Above the balancer's own, whose 504 is the better answer. */
const PATIENCE = 65_000
/** How often the state of the load is told. */
const TELL = 1_000
/** What this machine could not do; it says nothing of the service. */
const OURS = ['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM']

/**
 * An open load: when it asks, and what, was settled by the seed before it begins, so that a service that stalls is asked
 * no less. Arrivals, the choice of routes and each route's values are drawn from streams of their own.
 */
export class OpenLoad {
  readonly records: ClientRecord[] = []
  readonly #options: LoadOptions
  readonly #now: Now
  readonly #client: Client
  readonly #routes: readonly PreparedRoute[]
  readonly #choice: Random
  readonly #values: ReadonlyMap<PreparedRoute, Random>
  readonly #over = new AbortController()
  readonly #underWay = new Set<Promise<void>>()
  readonly #probes = new Map<string, Promise<void>>()
  /** The instant of the next request; there is none before the load begins. */
  #planned = Infinity
  #arrival: () => number = () => Infinity
  #running: Promise<void> | undefined
  #telling: NodeJS.Timeout | undefined
  #turn = 0
  #lost = 0
  #unsent = 0

  constructor (options: LoadOptions) {
    this.#options = options
    this.#now = since(options.epoch)
    this.#client = new Client(options.ports, this.#now, options.patience ?? PATIENCE)
    this.#routes = options.routes.map(prepared)
    this.#choice = seeded(options.seed, 'choice of route')
    this.#values = new Map(this.#routes.map((route) => [route, seeded(options.seed, `values of ${route.name}`)]))
  }

  /** Outside the ledger. */
  async rehearse (): Promise<string[]> {
    const { ports, seed } = this.#options
    return await rehearseRoutes({
      client: this.#client, routes: this.#routes, nodes: ports.length, random: seeded(seed, 'rehearsal of routes'), signal: this.#over.signal
    })
  }

  begin (tell: (status: LoadStatus) => void): void {
    const began = this.#now()
    const arrival = arrivals(this.#options.rate, seeded(this.#options.seed, 'arrivals'))
    this.#arrival = () => began + arrival()
    this.#planned = this.#arrival()
    this.#running = this.#run()
    this.#telling = setInterval(() => {
      const { length } = this.records
      tell({ sent: length + this.#underWay.size, answered: length - this.#lost, lost: this.#lost, at: this.#now() })
    }, TELL)
  }

  /** Resolves to its id once it has been handed to a socket. */
  async probe ({ name, node, task, how, route: wanted }: Probe): Promise<string> {
    if (this.#over.signal.aborted) throw new Error(`the probe '${name}' comes after the end of the load`)
    const route = probeRoute(this.#routes, this.#client.durations, wanted)
    if (!this.#client.canAsk(route)) throw new Error(`the probe '${name}' needs the id of a request that there has not been yet`)

    const asking = this.#client.ask(route, node, seeded(this.#options.seed, `probe ${name}`), `${task};${how}`)
    this.#probes.set(asking.id, this.#await(asking, { route, node, planned: asking.sent, probe: name }))
    await asking.handedOver()
    return asking.id
  }

  /** Resolves once the probe with this id has ended, or at once if there is none. */
  async answered (id: string): Promise<void> {
    await this.#probes.get(id)
  }

  /** Sends no more, and resolves once nothing is under way; what stays so for longer than the patience is cut. */
  async finish (): Promise<Lateness> {
    const { patience = PATIENCE } = this.#options
    this.#sendDue()
    this.#over.abort()
    await this.#running
    const impatient = setTimeout(() => this.#client.cut(`still under way ${patience / 1_000} s after the load`), patience)
    await Promise.all(this.#underWay)
    clearTimeout(impatient)
    this.end()
    return latenessOf(this.records, this.#unsent)
  }

  /** Ends all at once, and leaves nothing that would hold the process. */
  end (): void {
    this.#over.abort()
    clearInterval(this.#telling)
    this.#client.close()
  }

  async #run (): Promise<void> {
    const { signal } = this.#over
    while (!signal.aborted) {
      const wait = this.#planned - this.#now() // if negative, still a turn of the loop, so that answers are heard
      await timers.setTimeout(wait, undefined, { signal }).catch(() => {})
      if (!signal.aborted) this.#sendDue()
    }
  }

  #sendDue (): void {
    for (const now = this.#now(); this.#planned <= now; this.#planned = this.#arrival()) this.#send(this.#planned)
  }

  #send (planned: number): void {
    const node = this.#turn++ % this.#options.ports.length
    const route = chosen(this.#routes, this.#choice, (route) => this.#client.canAsk(route))
    if (route) void this.#await(this.#client.ask(route, node, this.#values.get(route)!), { route, node, planned })
    else this.#unsent++
  }

  #await (asking: Asking, sending: Sending): Promise<void> {
    const recorded = asking.answer.then((answer) => {
      this.#underWay.delete(recorded)
      if (answer.status === undefined && OURS.includes(answer.broken!)) {
        this.#unsent++
        return
      }
      const record = recordOf(sending, asking, answer)
      if (!record.expected) this.#lost++
      this.records.push(record)
    })
    this.#underWay.add(recorded)
    return recorded
  }
}
