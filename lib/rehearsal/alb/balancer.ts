import { once } from 'node:events'
import net from 'node:net'
import timers from 'node:timers/promises'

import type { HealthRecord } from '../../../types/rehearsal'
import { since, type Now } from '../monotonic'
import { lagOf } from '../lag'
import { Ledger } from './ledger'
import { BalancerNode } from './node'
import type { BalancerOptions } from './options'

/** What the balancer tells of by itself. */
export interface Listeners {
  onHealth (record: HealthRecord): void
  onLookedAway (task: number, node: number, at: number): void
  onCrossing (task: number, node: number): void
}

/** An ALB within one process: nodes that learn of every deregistration each in its own time. */
export class Balancer {
  readonly ledger: Ledger
  readonly addresses: readonly string[]
  readonly notes: readonly string[]
  readonly #options: BalancerOptions
  readonly #listeners: Listeners
  readonly #nodes: readonly BalancerNode[]
  readonly #now: Now
  readonly #leaving = new Set<number>()
  readonly #closed = new AbortController()

  private constructor (options: BalancerOptions, listeners: Listeners, refused: string | undefined) {
    this.#options = options
    this.#listeners = listeners
    this.#now = since(options.epoch)
    this.ledger = new Ledger(this.#now)
    // Without addresses of their own, nodes could not be told apart by the service: then there is one.
    this.notes = refused === undefined ? [] : [`${refused} cannot be bound on this machine: the balancer has one node`]
    this.addresses = refused === undefined ? Array.from({ length: options.nodes }, (_, node) => addressOf(node)) : ['127.0.0.1']
    this.#nodes = this.addresses.map((localAddress, node) => {
      return new BalancerNode({ ...options, ...listeners, node, localAddress, now: this.#now, ledger: this.ledger })
    })
  }

  static async create (options: BalancerOptions, listeners: Listeners): Promise<Balancer> {
    const addresses = Array.from({ length: options.nodes }, (_, node) => addressOf(node))
    const bound = await Promise.all(addresses.map(canBind))
    return new Balancer(options, listeners, addresses.find((_, node) => !bound[node]))
  }

  /** Resolves with the port of each node. */
  async listen (): Promise<number[]> {
    return await Promise.all(this.#nodes.map((node) => node.listen()))
  }

  register (task: number, port: number): void {
    for (const node of this.#nodes) node.register(task, port)
  }

  /** Each node looks away after a lag of its own, and cuts what is left when the deregistration delay has passed after that. */
  deregister (task: number): void {
    if (this.#leaving.has(task)) return
    this.#leaving.add(task)
    for (const index of this.#nodes.keys()) {
      void this.#leave(task, index).catch((error) => { if (!this.#closed.signal.aborted) throw error })
    }
  }

  stopping (task: number): void {
    for (const node of this.#nodes) node.stopping(task)
  }

  release (task: number): void {
    for (const node of this.#nodes) node.release(task)
  }

  close (): void {
    this.#closed.abort()
    for (const node of this.#nodes) node.close()
  }

  async #leave (task: number, index: number): Promise<void> {
    const { seed, lag, deregistrationDelay } = this.#options
    const { signal } = this.#closed
    const node = this.#nodes[index]!
    await timers.setTimeout(lagOf(seed, index, task, lag), undefined, { signal })
    node.lookAway(task)
    this.#listeners.onLookedAway(task, index, this.#now())

    await timers.setTimeout(deregistrationDelay, undefined, { signal })
    node.cut(task, new Error('the deregistration delay is over'))
  }
}

/** 127.0.0.1 is the clients'; each node connects from another, as each node of an ALB has an address. */
function addressOf (node: number): string {
  return `127.0.1.${node + 1}`
}

async function canBind (host: string): Promise<boolean> {
  const server = net.createServer()
  try {
    server.listen(0, host)
    await once(server, 'listening')
    server.close()
    return true
  } catch {
    return false
  }
}
