import type { Clock } from '../core/clock'
import { deferred } from '../core/deferred'
import {
  afterOrder, dueOrder, isProtected, mayBeProtected, nextOrder, unprotected, withNewWish, withOrder, type ProtectionOrder
} from '../core/protection'
import type { GiveOrder } from './protection-endpoint'

/** Somebody who wants the task protected. */
export interface Holder {
  /** Told of an order, to protect or no longer, that has failed, if the wish was its own; once for each code. */
  failed (enabled: boolean, code: string, message: string): void
}

/**
 * Sees to it that ECS spares this task for as many minutes as anybody wants, and renews that. Orders are given one after the other,
 * never two at once: so the last one given is the last one obeyed.
 */
export class ProtectionKeeper {
  /** How many orders were answered. */
  answers = 0
  readonly #clock: Clock
  readonly #give: GiveOrder
  readonly #wishes = new Map<Holder, number>()
  readonly #told = new Set<string>()
  #state = unprotected
  #wanted = 0
  /** Whose wish has changed what is wanted. */
  #asking?: Holder
  #settled = deferred()
  #keeping = false
  #awake = new AbortController()

  /** The clock's waits must not keep the process alive. */
  constructor (clock: Clock, give: GiveOrder) {
    this.#clock = clock
    this.#give = give
  }

  /** From now on `holder` wants the task to be spared for so many minutes; 0 for not at all. */
  want (holder: Holder, minutes: number): void {
    if (minutes > 0) this.#wishes.set(holder, minutes)
    else this.#wishes.delete(holder)
    const wanted = Math.max(0, ...this.#wishes.values())
    if (wanted === this.#wanted) return
    this.#wanted = wanted
    this.#asking = holder
    this.#state = withNewWish(this.#state)
    this.#awake.abort()
    if (!this.#keeping) void this.#keep()
  }

  /** Resolves when what is wanted has come true, or will not for now; undefined if that is so already. */
  get settled (): Promise<void> | undefined {
    return this.#isSettled() ? undefined : this.#settled.promise
  }

  /** Runs while there is anything to give an order for, and never twice at once. */
  async #keep (): Promise<void> {
    const clock = this.#clock
    this.#keeping = true
    while (this.#wanted > 0 || mayBeProtected(this.#state, clock.now())) {
      const now = clock.now()
      const order = dueOrder(this.#wanted, this.#state, now)
      this.#awake = new AbortController()
      if (order) await this.#order(order)
      else await clock.wait(nextOrder(this.#state, now) - now, this.#awake.signal)
    }
    this.#keeping = false
  }

  async #order (order: ProtectionOrder): Promise<void> {
    const wanted = this.#wanted
    this.#state = withOrder(this.#state, order)
    const outcome = await this.#give(order)
    this.#state = afterOrder(this.#state, order, outcome, this.#clock.now())
    if (this.#wanted !== wanted) this.#state = withNewWish(this.#state)
    if (outcome.obeyed || outcome.code !== 'ETIMEDOUT') this.answers++
    if (!outcome.obeyed && !this.#state.retrying) this.#tell(order.enabled, outcome)
    this.#settle()
  }

  #isSettled (): boolean {
    const now = this.#clock.now()
    if (isProtected(this.#state, now)) return true
    return !this.#state.retrying && dueOrder(this.#wanted, this.#state, now) === undefined
  }

  #settle (): void {
    if (!this.#isSettled()) return
    this.#settled.resolve()
    this.#settled = deferred()
  }

  #tell (enabled: boolean, { code, message }: { readonly code: string, readonly message: string }): void {
    const what = `${enabled} ${code}`
    if (this.#told.has(what)) return
    this.#told.add(what)
    this.#asking?.failed(enabled, code, message)
  }
}
