import timers from 'node:timers/promises'

import type { BalancerProcess } from './alb/index'
import type { LoadProcess } from './load/index'
import { within, type Random } from './random'
import type { Task } from './task/index'

export interface ProbesOptions {
  readonly load: LoadProcess
  readonly balancer: BalancerProcess
  readonly random: Random
  /** The run's end: waits are over then. */
  readonly signal: AbortSignal
}

type How = Parameters<LoadProcess['probe']>[0]['how']

/** How long a request may take to reach a target's socket before the signal no longer waits for it. */
const PATIENCE = 500
/** How long the task stands still around its signal: as long as a garbage collection or a throttled CPU may. */
const FROZEN = [20, 120] as const
/** How long after the signal the rest of a torn header arrives. */
const TORN = 300

/**
 * Dangerous instants, forced. Around a signal most races need a coincidence of milliseconds, and a rehearsal that waits
 * for luck calls a broken server clean. So requests are sent to the very task, by every node that would still send it
 * any: just before the signal; torn in the middle of the header by it; on connections that were idle and on new ones
 * while the task stands still, so that it finds signal and requests together; and right after.
 */
export class Probes {
  readonly #options: ProbesOptions

  constructor (options: ProbesOptions) {
    this.#options = options
    // A connection closes while the node would still use it: the request that would have met it is sent.
    options.balancer.onCrossing = (task, node) => { void this.#send('crossing', task, node, 'crossing') }
  }

  /** Has `signal` sent to a task at the worst of all moments. */
  async around (number: number, task: Task, signal: () => void): Promise<void> {
    const { balancer, random } = this.#options
    await balancer.stopping(number)
    const before = await this.#everyNode('before the signal', number, 'fresh', 6)
    await this.#everyNode('torn by the signal', number, 'split')
    await this.#answered(before) // so that there are idle connections at the signal

    task.freeze()
    try {
      await this.#everyNode('idle connection at the signal', number, 'pooled', 2)
      await this.#everyNode('new connection at the signal', number, 'fresh', 4)
      signal()
      await this.#wait(within(random, FROZEN))
    } finally {
      task.thaw()
    }

    await this.#everyNode('after the signal', number, 'pooled')
    await this.#everyNode('after the signal', number, 'fresh')
    await this.#wait(TORN)
    balancer.release(number)
  }

  /** Resolves to their ids once all of them are on their way, or it takes too long. */
  async #everyNode (name: string, task: number, how: How, times = 1): Promise<string[]> {
    const { balancer } = this.#options
    const nodes = balancer.ports.flatMap((_, node) => Array.from({ length: times }, () => node))
    const ids = await Promise.all(nodes.map((node) => this.#send(name, task, node, how)))
    return ids.filter((id) => id !== undefined)
  }

  async #send (name: string, task: number, node: number, how: How): Promise<string | undefined> {
    const { load, balancer, signal } = this.#options
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), PATIENCE)
    let id: string | undefined
    try {
      id = await load.probe({ name, node, task, how })
      await balancer.dispatched(id, AbortSignal.any([limit.signal, signal]))
    } catch {
      // It is in the ledger all the same; or the run is over, and those who ended it say why.
    } finally {
      clearTimeout(timer)
    }
    return id
  }

  async #answered (ids: readonly string[]): Promise<void> {
    const all = Promise.all(ids.map((id) => this.#options.load.answered(id))).catch(() => {}) // the load has ended: whoever ended it says why
    await Promise.race([all, this.#wait(PATIENCE)])
  }

  async #wait (duration: number): Promise<void> {
    await timers.setTimeout(duration, undefined, { signal: this.#options.signal }).catch(() => {})
  }
}
