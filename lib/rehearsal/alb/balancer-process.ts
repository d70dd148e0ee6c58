import { EventEmitter, once } from 'node:events'

import type { ForwardRecord, HealthRecord, TargetHealth } from '../../../types/rehearsal'
import { Child } from './child'
import type { Said, Started } from './messages'
import type { BalancerOptions } from './options'

/** An ALB in a process of its own. Who starts one closes it. */
export class BalancerProcess {
  /**
   * Told when a request could now cross a goodbye on its way: one with `x-rehearsal-pin: <task>;crossing`, sent to that
   * node within 250 ms, is written to the connection that the task has just closed.
   */
  onCrossing?: (task: number, node: number) => void
  readonly #child = new Child((said) => this.#hear(said))
  readonly #changes = new EventEmitter().setMaxListeners(0)
  readonly #health: HealthRecord[] = []
  readonly #opinions = new Map<number, TargetHealth[]>()
  readonly #lookedAway = new Map<number, Array<number | null>>()
  readonly #records: ForwardRecord[] = []
  #started: Started = { ports: [], addresses: [], notes: [] }

  private constructor () {}

  /** Resolves once every node takes requests. */
  static async start (options: BalancerOptions): Promise<BalancerProcess> {
    const balancer = new BalancerProcess()
    try {
      balancer.#started = await balancer.#child.call('start', options)
      return balancer
    } catch (error) {
      await balancer.close()
      throw error
    }
  }

  get pid (): number {
    return this.#child.pid
  }

  /** Where clients connect, on 127.0.0.1: one port for each node. */
  get ports (): readonly number[] {
    return this.#started.ports
  }

  /** Where each node connects from. */
  get addresses (): readonly string[] {
    return this.#started.addresses
  }

  /** What the user should know about this balancer, each in a sentence. */
  get notes (): readonly string[] {
    return this.#started.notes
  }

  /** Every change of a node's opinion, in order; a registration is the first. */
  get health (): readonly HealthRecord[] {
    return this.#health
  }

  /** Rejects if the child ends by itself; never resolves. */
  get failed (): Promise<never> {
    return this.#child.failed
  }

  register (task: number, port: number): void {
    this.#tell(this.#child.call('register', task, port))
  }

  /** Resolves when every node calls it healthy; rejects with the signal's reason. */
  async healthy (task: number, signal: AbortSignal): Promise<void> {
    await this.#unless(signal, async (either) => {
      const all = (): boolean => this.ports.every((_, node) => this.#opinions.get(task)?.[node] === 'healthy')
      while (!all()) await once(this.#changes, 'health', { signal: either })
    })
  }

  /** Each node looks away after a lag of its own; the deregistration delay after that it cuts what is left. Does not wait. */
  deregister (task: number): void {
    this.#tell(this.#child.call('deregister', task))
  }

  /**
   * Has the process group killed when this process is gone, however it went: services must not outlive a rehearsal that was
   * killed. The balancer's process sees it, because it lives a moment longer.
   */
  guard (group: number): void {
    this.#tell(this.#child.call('guard', group))
  }

  /** When each node looked away; null: not yet. */
  lookedAway (task: number): ReadonlyArray<number | null> {
    return this.ports.map((_, node) => this.#lookedAway.get(task)?.[node] ?? null)
  }

  /**
   * Declares that the task is about to be signalled: from when this resolves, and at most three times a node, a goodbye to
   * an idle connection is held back for a request to cross it. Rejects if the balancer is gone.
   */
  async stopping (task: number): Promise<void> {
    await this.#child.call('stopping', task)
  }

  /** Lets the second halves of all `split` requests of this task go. */
  release (task: number): void {
    this.#tell(this.#child.call('release', task))
  }

  /**
   * Resolves when the request with this `x-rehearsal-id` has been written to a target, of a `split` one the first half, or
   * has ended without; rejects with the signal's reason.
   */
  async dispatched (id: string, signal: AbortSignal): Promise<void> {
    await this.#unless(signal, async (either) => {
      await Promise.race([
        this.#child.call('dispatched', id),
        once(this.#changes, 'never', { signal: either })
      ])
    })
  }

  /** All that was forwarded and has ended by now. */
  async ledger (): Promise<ForwardRecord[]> {
    await this.#child.call('flush')
    return [...this.#records]
  }

  /** Ends the child; may be called again. */
  async close (): Promise<void> {
    await this.#child.close()
  }

  #hear (said: Said): void {
    switch (said.type) {
      case 'health':
        this.#health.push(said.record)
        slots(this.#opinions, said.record.task)[said.record.node] = said.record.health
        this.#changes.emit('health')
        break
      case 'looked-away':
        slots(this.#lookedAway, said.task)[said.node] = said.at
        break
      case 'crossing':
        this.onCrossing?.(said.task, said.node)
        break
      case 'forwards':
        for (const record of said.records) this.#records.push(record)
    }
  }

  /** For what has no answer worth waiting for: that the child is gone is said by `failed`. */
  #tell (call: Promise<void>): void {
    call.catch(() => {})
  }

  /** A wait that ends, with the reason, when the signal aborts or the child is gone. */
  async #unless (signal: AbortSignal, wait: (either: AbortSignal) => Promise<void>): Promise<void> {
    const over = new AbortController()
    const either = AbortSignal.any([signal, this.#child.gone, over.signal])
    try {
      either.throwIfAborted()
      await wait(either)
    } catch (error) {
      throw either.aborted ? either.reason : error
    } finally {
      over.abort() // or what lost a race would listen for ever
    }
  }
}

/** What each node has, by its number. */
function slots<Slot> (map: Map<number, Slot[]>, task: number): Slot[] {
  const found = map.get(task) ?? []
  map.set(task, found)
  return found
}
