import type { Delivery } from './delivery'
import type { Lane } from './lane'
import { Watch } from './watch'

/** What a consumer holds: lanes at work, until nothing of them is held any more. */
export class Holding {
  readonly #lanes = new Set<Lane>()
  readonly #watch = new Watch()
  readonly #during: (work: () => Promise<void>) => Promise<void>

  /** `during` runs the work of each lane, in an instant of its own choice. */
  constructor (during: (work: () => Promise<void>) => Promise<void>) {
    this.#during = during
  }

  /** How many messages. */
  get size (): number {
    return this.#deliveries.reduce((sum, { messages }) => sum + messages.length, 0)
  }

  /** What is being handled. */
  get running (): Delivery[] {
    return this.#deliveries.filter(({ state }) => state === 'running')
  }

  begin (lane: Lane): void {
    this.#lanes.add(lane)
    void this.#during(() => lane.work()).then(() => {
      this.#lanes.delete(lane)
      this.changed()
    })
  }

  /** Hands back what has not begun. */
  withdraw (): void {
    for (const lane of this.#lanes) void lane.withdraw()
  }

  async empty (): Promise<void> {
    await this.until(() => this.#lanes.size === 0)
  }

  /** Resolves when `fits`, which is asked whenever something has changed. */
  async until (fits: () => boolean): Promise<void> {
    await this.#watch.until(fits)
  }

  changed (): void {
    this.#watch.changed()
  }

  get #deliveries (): Delivery[] {
    return [...this.#lanes].flatMap(({ held }) => held)
  }
}
