import { setMaxListeners } from 'node:events'

import type { EventStream, EventStreamOptions } from '../types/index'
import type { Clock } from './core/clock'
import { checkStream, farewell, isOver } from './event-stream'
import { refuse } from './option-checks'

/** Milliseconds. Long enough for the load balancer to look away, short enough for nobody to notice. */
const RETRY = [1_000, 5_000] as const

/**
 * Server-sent events that are ended when draining begins: each at an instant of its own, and told when to come back, so
 * that the clients of one task do not all come back at once.
 */
export class EventStreams {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #open = new Set<() => void>()
  readonly #hurry = new AbortController()
  #window?: number

  constructor (clock: Clock, random: () => number) {
    this.#clock = clock
    this.#random = random
    setMaxListeners(0, this.#hurry.signal) // one for each stream
  }

  /** Returns what takes it back; a stream that ends by itself is forgotten. */
  add (stream: EventStream, { retry = RETRY }: EventStreamOptions = {}): () => void {
    checkStream(stream)
    const [least, most] = range(retry)
    if (isOver(stream)) return () => {} // it would be held for ever, since it has said 'close' already
    const end = (): void => {
      this.#open.delete(end)
      farewell(stream, Math.round(least + this.#random() * (most - least)))
    }
    this.#open.add(end)
    if (this.#window !== undefined) this.#endWithin(this.#window, end)
    const forget = (): void => { this.#open.delete(end) }
    if ('write' in stream) stream.once('close', forget)
    else stream.onClose(forget)
    return forget
  }

  /** Ends what there is, and what is to come, within `window` milliseconds each. Once. */
  begin (window: number): void {
    if (this.#window !== undefined) return
    this.#window = window
    for (const end of [...this.#open]) this.#endWithin(window, end)
  }

  /** Ends all of them now. */
  hasten (): void {
    this.#hurry.abort()
  }

  #endWithin (window: number, end: () => void): void {
    void this.#clock.wait(this.#random() * window, this.#hurry.signal).then(() => { if (this.#open.has(end)) end() })
  }
}

function range (retry: readonly [number, number]): readonly [number, number] {
  const isRange = Array.isArray(retry) && retry.length === 2 && retry.every((value) => Number.isInteger(value) && value > 0) && retry[0] <= retry[1]
  if (!isRange) refuse('eventStream.retry', 'two whole numbers of milliseconds, the least and the most', retry)
  return retry
}
