import type { Clock } from '../core/clock'
import type { Holder, ProtectionKeeper } from './protection-keeper'

/** Milliseconds for which work waits to be protected before it begins all the same. */
const PATIENCE = 1_000

export interface ProtectionOptions {
  readonly clock: Clock
  /** Undefined outside ECS: then nothing is protected. */
  readonly keeper: ProtectionKeeper | undefined
  readonly failed: Holder['failed']
}

/** Protects this task from scale-in while it is at work, until draining begins. Uses are counted: protection ends with the last. */
export class Protection implements Holder {
  readonly failed: Holder['failed']
  readonly #clock: Clock
  readonly #keeper: ProtectionKeeper | undefined
  /** By their minutes, how many uses there are. */
  readonly #uses = new Map<number, number>()
  readonly #waits = new Set<AbortController>()
  #ended = false
  /** How many answers there had been when a wait was in vain: until there is another, nobody else need wait. */
  #inVain = -1

  constructor ({ clock, keeper, failed }: ProtectionOptions) {
    this.#clock = clock
    this.#keeper = keeper
    this.failed = failed
  }

  /** Runs `fn` once this task is protected, or cannot be, or a second is over. Settles as `fn` does, and never for another reason. */
  async run<T> (fn: () => T | PromiseLike<T>, minutes: number): Promise<T> {
    this.#use(minutes, 1)
    try {
      await this.#patiently()
      return await fn()
    } finally {
      this.#use(minutes, -1)
    }
  }

  /** Protects until `work`, which has begun, has settled. */
  during (work: PromiseLike<unknown>, minutes: number): void {
    this.#use(minutes, 1)
    const over = (): void => this.#use(minutes, -1)
    Promise.resolve(work).then(over, over)
  }

  /** Gives up what is protected; nothing is any more, and nobody waits for it. */
  end (): void {
    this.#ended = true
    this.#keeper?.want(this, 0)
    for (const enough of this.#waits) enough.abort()
  }

  #use (minutes: number, more: 1 | -1): void {
    const count = (this.#uses.get(minutes) ?? 0) + more
    if (count > 0) this.#uses.set(minutes, count)
    else this.#uses.delete(minutes)
    if (!this.#ended) this.#keeper?.want(this, Math.max(0, ...this.#uses.keys()))
  }

  async #patiently (): Promise<void> {
    const { settled, answers = 0 } = this.#keeper ?? {}
    if (settled === undefined || this.#ended || this.#inVain === answers) return
    const enough = new AbortController()
    this.#waits.add(enough)
    const inTime = await Promise.race([
      settled.then(() => true),
      this.#clock.wait(PATIENCE, enough.signal).then(() => false)
    ])
    this.#waits.delete(enough)
    enough.abort()
    if (!inTime) this.#inVain = answers
  }
}
