import { randomUUID } from 'node:crypto'
import http from 'node:http'

import type { Now } from '../monotonic'
import type { Random } from '../random'
import { Exchange, type Outcome } from './exchange'
import { problemWith } from './judge'
import { expectationOf, messageOf, type PreparedRoute } from './prepared-route'
import { RecentIds } from './recent-ids'
import { drawn } from './values'

export interface Asking {
  readonly id: string
  readonly sent: number
  /** Resolves once a socket has it. */
  handedOver (): Promise<void>
  /** Never rejects: a loss is an answer with a problem. */
  readonly answer: Promise<Outcome & { readonly problem?: string }>
}

/** All users together: keeps connections to each node open, asks routes, and judges what comes back. Asks nothing twice. */
export class Client {
  /** What a route is answered with, where it does not say so itself. */
  readonly learned = new Map<string, number>()
  /** How long each route took when it was rehearsed, in milliseconds. */
  readonly durations = new Map<string, number>()
  readonly #recent = new RecentIds()
  readonly #nodes: readonly { readonly port: number, readonly agent: http.Agent }[]
  readonly #open = new Set<Exchange>()
  readonly #now: Now
  readonly #patience: number

  constructor (ports: readonly number[], now: Now, patience: number) {
    this.#nodes = ports.map((port) => ({ port, agent: new http.Agent({ keepAlive: true, maxFreeSockets: Infinity }) }))
    this.#now = now
    this.#patience = patience
  }

  /** Whether there is an answered request of every route of which this one needs the id. */
  canAsk ({ sources }: PreparedRoute): boolean {
    return sources.every((source) => this.#recent.has(source))
  }

  /** `random` draws the values; the id is not of the seed, since runs may share a database. */
  ask (route: PreparedRoute, node: number, random: Random, pin?: string): Asking {
    const id = randomUUID()
    const values = drawn(route.templates, id, this.#recent, random)
    const message = messageOf(route, values, pin)
    const sent = this.#now()
    const exchange = new Exchange(message, { ...this.#nodes[node]!, now: this.#now, patience: this.#patience })
    this.#open.add(exchange)
    const answer = exchange.outcome.then((outcome) => {
      this.#open.delete(exchange)
      const problem = problemWith(outcome, expectationOf(route, values, this.learned.get(route.name)))
      if (problem === undefined) this.#recent.add(route.name, id)
      return { ...outcome, problem }
    })
    return { id, sent, handedOver: () => exchange.handedOver(), answer }
  }

  /** Cuts all that is under way. */
  cut (why: string): void {
    for (const exchange of this.#open) exchange.cut(why)
  }

  close (): void {
    this.cut('the load has ended')
    for (const { agent } of this.#nodes) agent.destroy()
  }
}
