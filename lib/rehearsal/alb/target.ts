import timers from 'node:timers/promises'

import type { HealthCheck, TargetHealth } from '../../../types/rehearsal'
import { keepChecking } from './checks'
import { revised, UNKNOWN } from './opinion'
import type { How } from './pin'
import { Pool, type Connection } from './pool'

export interface TargetOptions {
  readonly task: number
  readonly port: number
  /** The address that this node connects from. */
  readonly localAddress?: string
  readonly healthCheck: HealthCheck & { readonly path: string }
  readonly checksWhileDraining: boolean
  readonly oneWayDelay: number
  readonly idleTimeout: number
  readonly connectTimeout: number
  /** Until the first check, in milliseconds. */
  readonly firstCheck: number
  /** Of a connection of this node. */
  nextNumber (): number
  onHealth (health: TargetHealth): void
  /** Whether a request may be on its way to a target that is being stopped and has just closed an idle connection. */
  mayCross (): boolean
}

/** How long a goodbye waits for a request to cross it, and how often in one stop. */
const HOLD = 250
const CROSSINGS = 3
/** How long half a header waits for the rest if nobody asks for it. */
const SPLIT = 5_000

/** A task as one node sees it: an opinion and connections of its own. */
export class Target {
  readonly task: number
  readonly #options: TargetOptions
  readonly #pool: Pool
  #opinion = UNKNOWN
  #health: TargetHealth = UNKNOWN.health
  #crossings = 0
  #splits = new AbortController()
  readonly #checks = new AbortController()
  readonly #over = new AbortController()

  constructor (options: TargetOptions) {
    const { task, port, localAddress, healthCheck: { path, intervalSeconds, timeoutSeconds }, firstCheck, onHealth } = options
    this.task = task
    this.#options = options
    this.#pool = new Pool({ ...options, goodbye: () => this.#goodbye() })
    onHealth(this.#health)
    const checks = { port, path, localAddress, first: firstCheck, interval: intervalSeconds * 1_000, timeout: timeoutSeconds * 1_000 }
    void keepChecking(checks, (passed) => this.#judge(passed), this.#checks.signal)
  }

  get health (): TargetHealth {
    return this.#health
  }

  /** A connection for one request. Rejects as the pool's `open` does. */
  async connection (how: How): Promise<Connection> {
    if (how === 'fresh') return await this.#pool.open()
    if (how === 'split') return await this.#pool.open(this.#released())
    const held = how === 'crossing' ? this.#pool.takeHeld() : undefined
    return held ?? this.#pool.take() ?? await this.#pool.open()
  }

  /** The node has learnt of its deregistration. What is in flight goes on, and idle connections stay. */
  drain (): void {
    this.#become('draining')
    if (!this.#options.checksWhileDraining) this.#checks.abort()
  }

  /** Cuts what is left, and asks for nothing any more. */
  cut (reason: Error): void {
    this.#checks.abort()
    this.#over.abort()
    this.#pool.cut(reason)
  }

  /** Its signal is about to be sent: goodbyes to idle connections may now be held back, and a few of these are kept idle. */
  stopping (): void {
    this.#crossings = CROSSINGS
    this.#pool.spare(CROSSINGS)
  }

  /** The signal is over: what was kept for it goes on, halves of headers and idle connections alike. */
  release (): void {
    this.#splits.abort()
    this.#splits = new AbortController()
    this.#pool.spare(0)
  }

  #judge (passed: boolean): void {
    this.#opinion = revised(this.#opinion, passed, this.#options.healthCheck)
    if (this.#health !== 'draining') this.#become(this.#opinion.health)
  }

  #become (health: TargetHealth): void {
    if (health === this.#health) return
    this.#health = health
    this.#options.onHealth(health)
  }

  async #released (): Promise<void> {
    const signal = AbortSignal.any([this.#splits.signal, this.#over.signal])
    await timers.setTimeout(SPLIT, undefined, { signal }).catch(() => {})
  }

  #goodbye (): number {
    if (this.#crossings === 0 || !this.#options.mayCross()) return 0
    this.#crossings--
    return HOLD
  }
}
