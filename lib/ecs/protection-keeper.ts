import type { Clock } from '../core/clock'
import { deferred } from '../core/deferred'
import {
  afterOrder, dueOrder, isProtected, mayBeProtected, nextOrder, unprotected, withNewWish, withOrder, type ProtectionOrder
} from '../core/protection'
import type { GiveOrder } from './protection-endpoint'

export interface KeeperOptions {
  /** Its waits must not keep the process alive. */
  readonly clock: Clock
  readonly give: GiveOrder
  /** Told of an order that has failed, once for each code. */
  failed (order: ProtectionOrder, code: string, message: string): void
}

/**
 * Sees to it that ECS spares this task for as many minutes as are wanted, and renews that. Orders are given one after the other,
 * never two at once: so the last one given is the last one obeyed.
 */
export class ProtectionKeeper {
  /** How many orders were answered. */
  answers = 0
  readonly #options: KeeperOptions
  readonly #told = new Set<string>()
  #state = unprotected
  #wanted = 0
  #settled = deferred()
  #keeping = false
  #awake = new AbortController()

  constructor (options: KeeperOptions) {
    this.#options = options
  }

  /** From now on the task is to be spared for so many minutes; 0 for not at all. */
  want (minutes: number): void {
    if (minutes === this.#wanted) return
    this.#wanted = minutes
    this.#state = withNewWish(this.#state)
    this.#awake.abort()
    this.#settle()
    if (!this.#keeping) void this.#keep()
  }

  /** Resolves when the wish has come true, or will not for now; undefined if that is so already. */
  get settled (): Promise<void> | undefined {
    return this.#isSettled() ? undefined : this.#settled.promise
  }

  /** Runs while there is anything to give an order for, and never twice at once. */
  async #keep (): Promise<void> {
    const { clock } = this.#options
    this.#keeping = true
    while (this.#wanted > 0 || mayBeProtected(this.#state, clock.now())) {
      const now = clock.now()
      const order = dueOrder(this.#wanted, this.#state, now)
      this.#awake = new AbortController()
      if (order) await this.#give(order)
      else await clock.wait(nextOrder(this.#state, now) - now, this.#awake.signal)
    }
    this.#keeping = false
  }

  async #give (order: ProtectionOrder): Promise<void> {
    const wanted = this.#wanted
    this.#state = withOrder(this.#state, order)
    const outcome = await this.#options.give(order)
    this.#state = afterOrder(this.#state, order, outcome, this.#options.clock.now())
    if (this.#wanted !== wanted) this.#state = withNewWish(this.#state)
    if (outcome.obeyed || outcome.code !== 'ETIMEDOUT') this.answers++
    if (!outcome.obeyed && !this.#state.retrying) this.#tell(order, outcome)
    this.#settle()
  }

  #isSettled (): boolean {
    const now = this.#options.clock.now()
    if (this.#wanted === 0 || isProtected(this.#state, now)) return true
    return !this.#state.retrying && dueOrder(this.#wanted, this.#state, now) === undefined
  }

  #settle (): void {
    if (!this.#isSettled()) return
    this.#settled.resolve()
    this.#settled = deferred()
  }

  #tell (order: ProtectionOrder, { code, message }: { readonly code: string, readonly message: string }): void {
    const what = `${order.enabled} ${code}`
    if (this.#told.has(what)) return
    this.#told.add(what)
    this.#options.failed(order, code, message)
  }
}
