import type { Message } from '@aws-sdk/client-sqs'

import { byGroup } from './by-group'
import type { Dealings } from './dealings'
import { Delivery } from './delivery'

/**
 * Deliveries that follow one another, because they are of one group of a FIFO queue. What comes after a failure is handed back: in
 * its group nothing may overtake.
 */
export class Lane {
  readonly #deliveries: readonly Delivery[]
  #withdrawn?: Promise<void>

  constructor (deliveries: readonly Delivery[]) {
    this.#deliveries = deliveries
  }

  /** What is not over. */
  get held (): Delivery[] {
    return this.#deliveries.filter(({ state }) => state !== 'over')
  }

  /** Works through its deliveries. Resolves when nothing is held any more. */
  async work (): Promise<void> {
    for (const delivery of this.#deliveries) {
      if (this.#withdrawn) break
      const mayFollow = await delivery.run()
      if (!mayFollow) await this.withdraw()
      await delivery.end()
    }
    await this.#withdrawn
  }

  /** Hands back what has not begun, the last first. */
  withdraw (): Promise<void> {
    this.#withdrawn ??= this.#handBack(this.#deliveries.filter(({ state }) => state === 'waiting').reverse())
    return this.#withdrawn
  }

  async #handBack (waiting: readonly Delivery[]): Promise<void> {
    for (const delivery of waiting) await delivery.handBack()
  }
}

/**
 * What one receive has brought, sorted into lanes: all in one for a batch handler, one for each group of a FIFO queue, one for each
 * message of any other.
 */
export function lanesOf (messages: readonly Message[], dealings: Dealings): Lane[] {
  const { fifo, batchHandler } = dealings.settings
  const lane = (units: ReadonlyArray<readonly Message[]>): Lane => new Lane(units.map((unit) => new Delivery(unit, dealings)))
  if (batchHandler) return [lane([messages])]
  if (!fifo) return messages.map((message) => lane([[message]]))

  return byGroup(messages, (message) => message).map((group) => lane(group.map((message) => [message])))
}
