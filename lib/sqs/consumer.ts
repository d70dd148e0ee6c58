import type { Message, SQSClient } from '@aws-sdk/client-sqs'

import type { TimingPlan } from '../../types/index'
import type { SqsState } from '../../types/sqs'
import type { Clock } from '../core/clock'
import { deferred } from '../core/deferred'
import { MOST, QueueCalls } from './calls'
import type { Dealings } from './dealings'
import { Delivery } from './delivery'
import { byBatch, oneByOne } from './handling'
import { Holding } from './holding'
import { Lane, lanesOf } from './lane'
import type { QueueLog } from './log'
import { timeToForcePoint, type SqsSettings } from './options'
import { Poller } from './poller'

export interface ConsumerOptions {
  readonly settings: SqsSettings
  readonly client: SQSClient
  readonly plan: TimingPlan
  readonly clock: Clock
  readonly log: QueueLog
  /** Runs what is done with messages, and resolves when that is done. */
  during (work: () => Promise<void>): Promise<void>
}

/**
 * Consumes one queue until it is told to stop. From then on nothing is received. The poll under way is waited for, and what it brings
 * is handed back, as is what has not begun; what is in flight may finish until the force point, and is handed back then.
 */
export class QueueConsumer {
  readonly name: string
  readonly queueUrl: string
  readonly #options: ConsumerOptions
  readonly #dealings: Dealings
  readonly #poller: Poller
  readonly #holding: Holding
  readonly #over = new AbortController()
  readonly #ended = deferred()
  #phase: Exclude<SqsState, 'paused'> = 'waiting'
  #paused = false
  /** What the force point found, in the words of the report. */
  #found?: string

  constructor (options: ConsumerOptions) {
    const { settings, client, clock, log } = options
    const { name, queueUrl, handler, batchHandler } = settings
    this.name = name
    this.queueUrl = queueUrl
    this.#options = options
    this.#holding = new Holding((work) => options.during(work))
    this.#dealings = {
      settings,
      clock,
      log,
      calls: new QueueCalls(client, queueUrl, clock),
      handle: handler ? oneByOne(handler) : byBatch(batchHandler!),
      tally: { handled: 0, failed: 0, handedBack: 0 },
      over: () => this.#holding.changed()
    }
    const failed = (error: Error): void => log.receiveFailed(error)
    this.#poller = new Poller({ client, settings, clock, failed, room: () => this.#room(), arrived: (messages) => this.#arrived(messages) })
  }

  get state (): SqsState {
    return this.#phase === 'running' && this.#paused ? 'paused' : this.#phase
  }

  get inFlight (): number {
    return this.#holding.size
  }

  get tally (): Dealings['tally'] {
    return this.#dealings.tally
  }

  /** What the last receive failed by. */
  get error (): Error | null {
    return this.#poller.error
  }

  /** What is left to do, in the words of the report. */
  get left (): string {
    const messages = this.inFlight
    return this.#found ?? `sqs ${this.name}: ${messages === 0 ? 'a poll' : messages === 1 ? '1 message' : `${messages} messages`}`
  }

  /** Resolves when nothing is held and no poll is under way. */
  get ended (): Promise<void> {
    return this.#ended.promise
  }

  pause (): void {
    this.#paused = true
  }

  resume (): void {
    this.#paused = false
    this.#holding.changed()
  }

  /** Consumes until `signal` aborts, and then drains. Never ends if the force point came before: the report is to say so. */
  async run (signal: AbortSignal): Promise<void> {
    this.#phase = 'running'
    signal.addEventListener('abort', () => { void this.#drain() }, { once: true })
    this.#poller.start()
    void this.#lookForDeadLetters()
    await this.ended
    if (this.#found) await new Promise(() => {})
  }

  /** For when Fastify closes: then the force point has come, whatever the time. Resolves when nothing is held, or the time for it is up. */
  async close (): Promise<void> {
    const { enough } = this.#dealings.calls
    if (this.#phase === 'waiting') this.#stopped()
    this.#force()
    const gaveUp = deferred()
    if (enough.aborted) gaveUp.resolve()
    enough.addEventListener('abort', () => gaveUp.resolve(), { once: true })
    await Promise.race([this.ended, gaveUp.promise.then(() => this.#holding.empty())])
  }

  async #drain (): Promise<void> {
    const { plan, clock, log } = this.#options
    const since = clock.now()
    this.#phase = 'draining' // at once: no poll may begin any more
    this.#holding.changed()
    this.#holding.withdraw()
    void clock.wait(timeToForcePoint(plan), this.#over.signal).then(() => this.#force())

    await this.#poller.stop()
    await this.#holding.empty()
    this.#stopped()
    log.stopped({ handedBack: this.tally.handedBack, since: clock.now() - since })
  }

  /** The force point: handlers in flight are told, and what they have is handed back. */
  #force (): void {
    if (this.#found || this.#phase !== 'draining') return
    this.#found = this.left
    const { plan, clock, log } = this.#options
    const { running } = this.#holding
    log.cut(running.flatMap(({ messages }) => messages))
    for (const delivery of running) void delivery.handBack()
    void clock.wait(plan.closeTimeout / 2, this.#over.signal).then(() => this.#dealings.calls.end())
  }

  #stopped (): void {
    this.#phase = 'stopped'
    this.#over.abort()
    this.#ended.resolve()
  }

  /** How many messages may come; a batch handler is given full batches. */
  async #room (): Promise<number> {
    const { concurrency, batchHandler } = this.#options.settings
    const wanted = batchHandler ? Math.min(MOST, concurrency) : 1
    const free = (): number => concurrency - this.inFlight
    await this.#holding.until(() => this.#phase !== 'running' || (!this.#paused && free() >= wanted))
    return this.#phase === 'running' ? free() : 0
  }

  #arrived (messages: readonly Message[]): void {
    if (this.#phase === 'running') {
      for (const lane of lanesOf(messages, this.#dealings)) this.#holding.begin(lane)
    } else {
      const lane = new Lane([new Delivery(messages, this.#dealings)])
      void lane.withdraw()
      this.#holding.begin(lane)
    }
  }

  /** Handing back counts as a receive. */
  async #lookForDeadLetters (): Promise<void> {
    const most = await this.#dealings.calls.mostReceives()
    if (most === 1) this.#options.log.deadLetters(most)
  }
}
