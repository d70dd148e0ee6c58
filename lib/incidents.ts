import { ForcedError } from './resources/index'
import type { StopLog } from './telemetry/index'

/** What ioredis and pg say to an owner who closes what we have closed. */
const CLOSED_ALREADY = ['Connection is closed.', 'Called end on pool more than once']

/** How many errors a report carries; the log has them all. */
const KEPT = 50

/** How many failed goodbyes are told one by one: a hook that fails for one of ten thousand WebSockets tends to fail for all. */
const GOODBYES = 5

/** What goes wrong beside the drain: logged at once, and kept for the report. */
export class Incidents {
  readonly errors: Array<{ readonly code: string, readonly message: string }> = []
  repeatedSignals = 0
  readonly #log: StopLog
  #failedGoodbyes = 0

  constructor (log: StopLog) {
    this.#log = log
  }

  uncaught (event: 'uncaughtException' | 'unhandledRejection', error: unknown): void {
    this.#log.fatal(event, { err: error })
    this.#keep(error, event)
  }

  /** Tracked work may fail while the task is ready too: that is not the stop's failure. */
  workFailed (name: string, error: unknown, stopping: boolean): void {
    this.#log.error(error, 'tracked work failed', { work: name })
    if (stopping) this.#keep(error, name)
  }

  /** ECS or its agent did not do as it was told. Work goes on without. */
  protectionFailed (enabled: boolean, code: string, message: string): void {
    const what = enabled ? 'this task is not protected from scale-in' : 'the protection from scale-in could not be given up, and lasts until it expires'
    this.#log.warn(`${what}: ${code}, ${message}`, { code })
  }

  /** Nobody has pulled since, whenever that was: a report that did not say so would call such a task sound. */
  workerFailed (name: string, error: unknown): void {
    this.#log.error(error, 'a worker failed', { work: name })
    this.#keep(error, name)
  }

  listenerFailed (error: unknown): void {
    this.#log.error(error, 'an onDrain function failed')
    this.#keep(error, 'onDrain')
  }

  /** The first few; of the others `ended` says how many they were. */
  goodbyeFailed (error: unknown): void {
    if (++this.#failedGoodbyes > GOODBYES) return
    this.#log.error(error, 'webSockets.goodbye failed')
    this.#keep(error, 'webSockets.goodbye')
  }

  clientFailed (name: string, error: unknown): void {
    this.#log.error(error, 'a client failed to close', { client: name })
    this.#keep(error, name)
  }

  /** What the hooks failed by, if anything. One that fails by our having closed its client under it has not failed. */
  hookFailed (error: unknown, intervened: boolean): void {
    if (error === null || error === undefined) return
    const message = error instanceof Error ? error.message : ''
    if (error instanceof ForcedError || (intervened && CLOSED_ALREADY.includes(message))) return
    this.#log.error(error, 'a preClose or onClose hook failed')
    this.#keep(error, 'onClose')
  }

  hookTimedOut (closeTimeout: number): void {
    this.#keep(new Error(`a preClose or onClose hook did not end within closeTimeout, ${closeTimeout} ms`), 'FST_ECS_HOOK_TIMED_OUT')
  }

  /** No hook can run before it. */
  startTimedOut (): void {
    this.#keep(new Error('the start of the application did not end, so its hooks have not run'), 'FST_ECS_START_TIMED_OUT')
  }

  brokenOff (error: unknown): void {
    this.#log.error(error, 'the drain broke off')
    this.#keep(error, 'drain')
  }

  /** Nothing more goes wrong. */
  ended (): void {
    const unlogged = this.#failedGoodbyes - GOODBYES
    if (unlogged > 0) this.#log.error(undefined, `webSockets.goodbye failed ${unlogged} times more`, { failed: this.#failedGoodbyes })
  }

  #keep (error: unknown, origin: string): void {
    const { code, message } = (error ?? {}) as { code?: unknown, message?: unknown }
    if (this.errors.length === KEPT) return
    this.errors.push({ code: typeof code === 'string' ? code : origin, message: typeof message === 'string' ? message : textOf(error) })
  }
}

/** Anything can be thrown, also what cannot be made a string of. */
function textOf (thrown: unknown): string {
  try {
    return String(thrown)
  } catch {
    return Object.prototype.toString.call(thrown)
  }
}
