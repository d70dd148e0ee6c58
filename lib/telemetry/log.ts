import type { FastifyBaseLogger } from 'fastify'
import { once, type EventEmitter } from 'node:events'

import type { ClientReport, DrainReport, EcsTask, Phase } from '../../types/index'
import type { Deregistration } from '../core/deregistration'

/** What a task says of its stop, in the words that others search for. A log that fails does not stop a stop. */
export class StopLog {
  readonly #log: FastifyBaseLogger & { flush?: (done: () => void) => void }
  /** Where it happens, in every line. */
  #place: { readonly task?: string, readonly revision?: string } = {}

  constructor (log: FastifyBaseLogger) {
    this.#log = log
  }

  in ({ id, revision }: EcsTask): void {
    this.#place = { task: id, revision }
  }

  /** `since` here and below: milliseconds from the signal. */
  phase (phase: Phase, since: number): void {
    this.#say('info', { event: 'ecs-graceful', phase, since: Math.round(since) }, phase)
  }

  client ({ name, outcome }: ClientReport, since: number): void {
    this.#say('info', { event: 'ecs-graceful', client: name, outcome, since: Math.round(since) }, `${name} ${outcome}`)
  }

  /** Says nothing where it was not needed. */
  deregistration (ending: Deregistration, since: number): void {
    if (ending === 'not needed') return
    const facts = { event: 'ecs-graceful', deregistered: ending === 'done', since: Math.round(since) }
    if (ending === 'done') this.#say('info', facts, 'deregistered')
    else this.#say('warn', facts, `not deregistered: ${ending.failure}`)
  }

  /** A warning where something was lost or hung, so that it is seen at the level at which production often logs. */
  report (report: DrainReport): void {
    const message = `${report.outcome} after ${report.durations.total} ms`
    this.#say(report.outcome === 'drained' ? 'info' : 'warn', { event: 'ecs-graceful-report', ...report }, message)
  }

  warn (message: string, facts: object): void {
    this.#say('warn', facts, message)
  }

  error (error: unknown, message: string, facts: object = {}): void {
    this.#say('error', { err: error, ...facts }, message)
  }

  fatal (message: string, facts: object): void {
    this.#say('fatal', facts, message)
  }

  /** Resolves once what was said has left the process, as far as the logger can tell. Bound it: a transport may hang. */
  async flush (): Promise<void> {
    try {
      await new Promise<void>((resolve) => {
        if (this.#log.flush) this.#log.flush(() => resolve())
        else resolve()
      })
      // pino's own stream calls back while its last write is still under way; exiting then would change the order of lines.
      const stream = streamOf(this.#log)
      if (stream?._writing) await once(stream, 'drain')
    } catch {
      // there is nobody left to tell
    }
  }

  #say (level: 'info' | 'warn' | 'error' | 'fatal', facts: object, message: string): void {
    try {
      this.#log[level]({ ...this.#place, ...facts }, message)
    } catch {
      // there is nobody left to tell
    }
  }
}

/** Where a pino logger writes to, with what sonic-boom keeps of it; nothing for another logger. */
function streamOf (log: object): (EventEmitter & { readonly _writing?: boolean }) | undefined {
  for (let object: object | null = log; object; object = Object.getPrototypeOf(object) as object | null) {
    const symbol = Object.getOwnPropertySymbols(object).find(({ description }) => description === 'pino.stream')
    if (symbol) return (object as Record<symbol, EventEmitter>)[symbol]
  }
}
