import type { DrainReport } from '../types/index'
import type { Clock } from './core/clock'
import { deferred } from './core/deferred'
import type { Incidents } from './incidents'
import type { Telemetry } from './telemetry/index'

/** Milliseconds that the last words may take to leave, and the part of the safety margin if that is more: whoever is waited for may hang. */
const FLUSH = 250
const FLUSH_PART = 0.25

export interface EndingOptions {
  readonly clock: Clock
  readonly safetyMargin: number
  readonly incidents: Incidents
  readonly telemetry: Telemetry
}

/** The end of a stop: one report, said once, and given the time to leave the process. */
export class Ending {
  readonly #options: EndingOptions
  readonly #reported = deferred<DrainReport>()
  #begun = false

  constructor (options: EndingOptions) {
    this.#options = options
  }

  /** Resolves when the process may go. */
  get reported (): Promise<DrainReport> {
    return this.#reported.promise
  }

  /** The first report is the one. */
  async end (report: DrainReport): Promise<void> {
    if (this.#begun) return
    this.#begun = true
    const { clock, safetyMargin, incidents, telemetry } = this.#options
    incidents.ended()
    telemetry.report(report)
    const flushed = new AbortController()
    await Promise.race([telemetry.flush(), clock.wait(Math.max(FLUSH, safetyMargin * FLUSH_PART), flushed.signal)])
    flushed.abort()
    this.#reported.resolve(report)
  }
}
