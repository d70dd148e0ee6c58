import timers from 'node:timers/promises'

import type { EventStream, EventStreamOptions } from '../types/index'
import type { Clock } from './core/clock'
import { checkStream, farewell, hasBegun, isOver } from './event-stream'
import { refuse } from './option-checks'

/** Milliseconds. Long enough for the load balancer to look away, short enough for nobody to notice. */
const RETRY = [1_000, 5_000] as const

/** How many are ended in one turn of the event loop, so that requests are answered between them. */
const BATCH = 200

/** Milliseconds until one whose head is not out is looked at again: nothing tells when a head goes out. */
const LOOK_AGAIN = 100

interface Open {
  readonly stream: EventStream
  readonly retry: number
  /** When it is to be ended, once draining has begun. */
  at: number
}

/**
 * Server-sent events that are ended when draining begins: each at an instant of its own, and told when to come back, so
 * that the clients of one task do not all come back at once. One loop ends them all and waits for the next: a timer and a
 * listener for each would cost seconds where there are thousands.
 */
export class EventStreams {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #open = new Set<Open>()
  /** Those that are to be ended, the next one last: there it is cheap to take away. */
  #queue: Open[] = []
  #begun = false
  #window = Infinity
  #ending = false
  #wake = new AbortController()

  constructor (clock: Clock, random: () => number) {
    this.#clock = clock
    this.#random = random
  }

  /** Returns what takes it back; a stream that ends by itself is forgotten. */
  add (stream: EventStream, { retry = RETRY }: EventStreamOptions = {}): () => void {
    checkStream(stream)
    const [least, most] = range(retry)
    if (isOver(stream)) return () => {} // it would be held for ever, since it has said 'close' already
    const open: Open = { stream, retry: Math.round(least + this.#random() * (most - least)), at: Infinity }
    const forget = (): void => { this.#open.delete(open) }
    if ('write' in stream) stream.once('close', forget)
    else stream.onClose(forget)
    this.#open.add(open)
    if (this.#begun) this.#enqueue(open, this.#instant())
    return forget
  }

  /** Ends what there is, and what is to come, within `window` milliseconds each. Once. */
  begin (window: number): void {
    if (this.#begun) return
    this.#begun = true
    this.#window = Math.min(window, this.#window)
    for (const open of this.#open) open.at = this.#instant()
    this.#queue = [...this.#open].sort((a, b) => b.at - a.at)
    this.#goOn()
  }

  /** Ends all of them now. */
  hasten (): void {
    this.#window = 0
    const now = this.#clock.now()
    for (const open of this.#queue) open.at = Math.min(open.at, now)
    this.#goOn()
  }

  #instant (): number {
    return this.#clock.now() + this.#random() * this.#window
  }

  #enqueue (open: Open, at: number): void {
    open.at = at
    let [from, to] = [0, this.#queue.length]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.#queue[middle]!.at > at) from = middle + 1
      else to = middle
    }
    this.#queue.splice(from, 0, open)
    this.#goOn()
  }

  /** Whoever waits looks again at who is next; if nobody does, somebody begins to. */
  #goOn (): void {
    this.#wake.abort()
    if (!this.#ending) void this.#endThemAll()
  }

  async #endThemAll (): Promise<void> {
    this.#ending = true
    for (let count = 1; this.#queue.length > 0;) {
      const next = this.#queue.at(-1)!
      const early = next.at - this.#clock.now()
      if (early > 0) {
        await this.#sleep(early)
        continue
      }
      this.#queue.pop()
      this.#end(next)
      if (count++ % BATCH === 0) await timers.setImmediate()
    }
    this.#ending = false
  }

  /** One whose head never goes out is looked at until it is cut, like any request in flight. */
  #end (open: Open): void {
    if (!this.#open.has(open)) return
    if (!isOver(open.stream) && !hasBegun(open.stream)) return this.#enqueue(open, this.#clock.now() + LOOK_AGAIN)
    this.#open.delete(open)
    farewell(open.stream, open.retry)
  }

  async #sleep (duration: number): Promise<void> {
    this.#wake = new AbortController()
    await this.#clock.wait(duration, this.#wake.signal)
  }
}

function range (retry: readonly [number, number]): readonly [number, number] {
  const isRange = Array.isArray(retry) && retry.length === 2 && retry.every((value) => Number.isInteger(value) && value > 0) && retry[0] <= retry[1]
  if (!isRange) refuse('eventStream.retry', 'two whole numbers of milliseconds, the least and the most', retry)
  return retry
}
