import type { Clock } from '../../lib/core/clock'
import type { Resource } from '../../lib/resources/index'

export interface FakeResourceOptions {
  /** How long closing takes; `Infinity` for a client that hangs. */
  readonly takes?: number
  /** What `close` rejects with, once it has taken its time. */
  readonly rejects?: Error
  /** Whether breaking it helps. */
  readonly breakable?: boolean
}

/** A client on a clock turned by hand, which writes down what is done to it and when. */
export class FakeResource implements Resource {
  readonly name: string
  readonly client = {}
  /** Milliseconds since it was made, and what: `close` by us, `owner` by its owner, `break`. */
  readonly calls: Array<[since: number, call: string]> = []
  #state: 'open' | 'closing' | 'closed' = 'open'
  brokenBy?: Error
  readonly #clock: Clock
  readonly #options: Required<Omit<FakeResourceOptions, 'rejects'>> & FakeResourceOptions
  readonly #broken = new AbortController()
  readonly #since: number

  constructor (name: string, clock: Clock, options: FakeResourceOptions = {}) {
    this.name = name
    this.#clock = clock
    this.#since = clock.now()
    this.#options = { takes: 0, breakable: true, ...options }
  }

  begun (): boolean {
    return this.#state !== 'open'
  }

  done (): boolean {
    return this.#state === 'closed'
  }

  async close (): Promise<void> {
    this.#note('close')
    await this.#close()
  }

  /** Its owner closes it, as an `onClose` hook would. */
  async closeByOwner (): Promise<void> {
    this.#note('owner')
    await this.#close()
  }

  break (error: Error): void {
    this.#note('break')
    this.brokenBy = error
    if (this.#options.breakable) this.#broken.abort()
  }

  async #close (): Promise<void> {
    this.#state = 'closing'
    await this.#clock.wait(this.#options.takes, this.#broken.signal)
    if (this.#options.rejects) throw this.#options.rejects
    this.#state = 'closed'
  }

  #note (call: string): void {
    this.calls.push([this.#clock.now() - this.#since, call])
  }
}
