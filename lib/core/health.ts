import type { Phase } from '../../types/index'
import type { Clock } from './clock'

/** A check ready to be run. */
export interface Check {
  readonly name: string
  readonly critical: boolean
  /** Milliseconds. */
  readonly timeout: number
  run (): unknown
}

/** `unknown` until it has run once. */
export type CheckStatus = 'unknown' | 'ok' | 'failing'

export interface Readiness {
  readonly status: 'ok' | 'starting' | 'draining' | 'failing'
  readonly checks: Readonly<Record<string, CheckStatus>>
}

/**
 * Knows how a task's checks stand, without ever asking twice at once: a result is kept for `cacheTime`, and a probe that
 * finds an old one gets it while a new one is fetched. Only the first probe of all waits, for critical checks.
 *
 * A check that has run out of its time counts as failing until it settles, and is not run again before: what hangs is not
 * helped by more of it.
 */
export class Checks {
  readonly #states: CheckState[]

  constructor (checks: readonly Check[], cacheTime: number, clock: Clock, changed: (name: string, status: CheckStatus, error?: unknown) => void) {
    this.#states = checks.map((check) => new CheckState(check, cacheTime, clock, changed))
  }

  /** The phase is asked for when there is an answer: it may have changed while a check was waited for. */
  async readiness (phaseNow: () => Phase): Promise<Readiness> {
    // A task on its way out says so whatever its checks say, and leaves the databases in peace.
    if (phaseNow() === 'ready') await Promise.all(this.#states.map((state) => state.refresh()))
    const phase = phaseNow()
    const checks = Object.fromEntries(this.#states.map(({ check, status }) => [check.name, status]))
    const failing = this.#states.some(({ check, status }) => check.critical && status === 'failing')
    return { status: readinessStatus(phase, failing), checks }
  }

  /** The task is on its way out: no probe need wait for a check any more, nor the stop for the probe. */
  leave (): void {
    for (const state of this.#states) state.leave()
  }
}

function readinessStatus (phase: Phase, failing: boolean): Readiness['status'] {
  if (phase === 'starting') return 'starting'
  if (phase !== 'ready') return 'draining'
  return failing ? 'failing' : 'ok'
}

class CheckState {
  readonly check: Check
  status: CheckStatus = 'unknown'
  readonly #cacheTime: number
  readonly #clock: Clock
  readonly #changed: (name: string, status: CheckStatus, error?: unknown) => void
  /** There while a run is under way, even past its timeout. */
  #verdict?: Promise<void>
  #settled = new AbortController()
  #judgedAt = -Infinity

  constructor (check: Check, cacheTime: number, clock: Clock, changed: (name: string, status: CheckStatus, error?: unknown) => void) {
    this.check = check
    this.#cacheTime = cacheTime
    this.#clock = clock
    this.#changed = changed
  }

  /** Resolves once there is something to go by, or nobody wants it any more. */
  async refresh (): Promise<void> {
    if (this.#clock.now() - this.#judgedAt < this.#cacheTime) return
    this.#verdict ??= this.#run()
    if (this.status === 'unknown' && this.check.critical) await this.#verdict
  }

  /** Ends the wait for the run under way. */
  leave (): void {
    this.#settled.abort()
  }

  /** Resolves with the check or at its timeout, whichever is first. */
  async #run (): Promise<void> {
    const settled = this.#settled = new AbortController()
    const run = new Promise((resolve) => { resolve(this.check.run()) })
      .then(() => { this.#judge('ok') }, (error: unknown) => { this.#judge('failing', error) })
      .finally(() => {
        this.#verdict = undefined
        settled.abort()
      })

    await Promise.race([run, this.#clock.wait(this.check.timeout, settled.signal)])
    if (!settled.signal.aborted) this.#judge('failing', new Error(`no answer within ${this.check.timeout} ms`))
  }

  #judge (status: CheckStatus, error?: unknown): void {
    const before = this.status
    this.status = status
    this.#judgedAt = this.#clock.now()
    if (status !== before && (status === 'failing' || before === 'failing')) this.#changed(this.check.name, status, error)
  }
}
