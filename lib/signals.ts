import type closeWithGrace from 'close-with-grace'
import { writeSync } from 'node:fs'
import { inspect } from 'node:util'

import type { DrainReport, Trigger } from '../types/index'
import type { Signal } from './options/index'
import { isSubscribers } from './telemetry/index'

/** One service of the process, as the signals see it. */
export interface Stoppable {
  readonly signals: readonly Signal[]
  /** Milliseconds after which the process must be gone if a stop begins now. */
  readonly deadline: number
  /** Whether a stop has begun. */
  readonly stopping: boolean
  /** Begins the stop, or returns the one under way. Never rejects. */
  stop (trigger: Trigger): Promise<DrainReport>
  /** A signal came again: SIGINT ends the wait under way, SIGTERM is only counted. */
  repeated (signal: Signal): void
  /** Something was thrown that nobody caught. */
  uncaught (trigger: 'uncaughtException' | 'unhandledRejection', error: unknown): void
  /** The time was up before the stop had ended. */
  overdue (): void
}

/** A millisecond of a start that nobody need wait for: see `handleSignals`. */
const load = (): typeof closeWithGrace => require('close-with-grace') as typeof closeWithGrace

const ERRORS = ['uncaughtException', 'unhandledRejection'] as const

/** All that close-with-grace would act on. It exits at once on a second event of any kind, so it is shown none. */
const SKIPPED: closeWithGrace.AllEvents[] = [
  ...ERRORS, 'beforeExit', 'SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV', 'SIGUSR2', 'SIGTERM'
]

/**
 * The services of one process. There is one list per process object, because there is one exit: services stop side by
 * side, each by its own plan, and the process exits after the last with the worst code.
 */
class Registry {
  readonly #process: NodeJS.Process
  readonly #services = new Set<Stoppable>()
  readonly #listeners = new Map<string, (argument: unknown) => void>()
  readonly #stops: Array<Promise<DrainReport>> = []
  #exiting = false

  constructor (process: NodeJS.Process) {
    this.#process = process
  }

  add (service: Stoppable): void {
    this.#services.add(service)
    for (const signal of service.signals) this.#listen(signal, () => this.#signalled(signal))
    for (const event of ERRORS) this.#listen(event, (error) => this.#uncaught(event, error))
  }

  /** Takes a service out, and the listeners that no other needs; once the exit is decided they stay until it. */
  remove (service: Stoppable): void {
    this.#services.delete(service)
    if (this.#exiting) return
    const needed = new Set<string>([...this.#services].flatMap(({ signals }) => [...signals, ...ERRORS]))
    for (const [event, listener] of this.#listeners) {
      if (needed.has(event)) continue
      this.#process.off(event, listener)
      this.#listeners.delete(event)
    }
  }

  #listen (event: string, listener: (argument: unknown) => void): void {
    if (this.#listeners.has(event)) return
    this.#listeners.set(event, listener)
    const process: NodeJS.EventEmitter = this.#process
    process.prependListener(event, listener) // before those who close at once in the same signal
  }

  #signalled (signal: Signal): void {
    const asked = [...this.#services].filter((service) => service.signals.includes(signal))
    for (const service of asked) if (service.stopping) service.repeated(signal)
    this.stop(asked, signal)
  }

  #uncaught (trigger: 'uncaughtException' | 'unhandledRejection', error: unknown): void {
    // As Node would have done: a service may have no log, or may have died of it.
    try {
      writeSync(2, `${inspect(error)}\n`)
    } catch {
      // nobody reads it
    }
    if (isSubscribers()) return // telemetry that fails is no reason to stop
    const all = [...this.#services]
    for (const service of all) service.uncaught(trigger, error)
    this.stop(all, trigger)
  }

  stop (services: readonly Stoppable[], trigger: Trigger): void {
    this.#stops.push(...services.map((service) => service.stop(trigger)))
    if (this.#exiting) return
    this.#exiting = true

    const { close } = load()({
      delay: Math.max(...services.map(({ deadline }) => deadline)),
      skip: SKIPPED,
      logger: false,
      onTimeout: () => { for (const service of services) service.overdue() }
    }, async () => {
      const reports = await this.#allStopped()
      if (reports.some(({ exitCode }) => exitCode !== 0)) throw new Error('the exit code is 1') // its way of being told
    })
    close()
  }

  /** A second kind of signal may reach services that the first did not ask. */
  async #allStopped (): Promise<DrainReport[]> {
    for (;;) {
      const count = this.#stops.length
      const reports = await Promise.all(this.#stops)
      if (this.#stops.length === count) return reports
    }
  }
}

export interface SignalHandling {
  /** To be called when the start is over: what a stop needs must not first be looked for on a disk when the signal comes. */
  prepare (): void
  /** Takes the handling back. */
  release (): void
}

/** Keeps the first of `signals` that comes while there is nobody to stop; what is returned ends that, and gives it back. */
export function holdSignals (signals: readonly Signal[], process: NodeJS.EventEmitter): () => Signal | undefined {
  let held: Signal | undefined
  const hold = (signal: Signal): void => { held ??= signal }
  for (const signal of signals) process.on(signal, hold)
  return () => {
    for (const signal of signals) process.off(signal, hold)
    return held
  }
}

const REGISTRY = Symbol.for('fastify-ecs-graceful.signals')

/**
 * Has the process's signals and uncaught errors stop `service`, and exits after. A signal that came before there was this service,
 * and that it has `missed`, stops it at once.
 */
export function handleSignals (service: Stoppable, process: NodeJS.Process & { [REGISTRY]?: Registry }, missed?: Signal): SignalHandling {
  const registry = process[REGISTRY] ??= new Registry(process)
  registry.add(service)
  if (missed) registry.stop([service], missed)
  return { prepare: load, release: () => registry.remove(service) }
}
