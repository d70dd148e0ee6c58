import type { FastifyInstance } from 'fastify'
import timers from 'node:timers/promises'

import type { ClientMessage, ClientReport, DrainReport, EcsTask, Phase, PhaseMessage, ReportMessage, Trigger } from '../../types/index'
import { channels, publish } from './channels'
import { emfDocument, writeLine } from './emf'
import { StopLog } from './log'

/** A stop under way. */
export interface Stop {
  readonly trigger: Trigger
  /** Milliseconds since it began. */
  readonly since: number
}

/** Says how a task fares, to whoever wants to know: its log, the diagnostics channels and, if it is asked to, CloudWatch. */
export class Telemetry {
  readonly log: StopLog
  readonly #app: FastifyInstance
  readonly #emf: false | { readonly namespace: string }
  #task: EcsTask | null = null
  /** What must have left before the process does. */
  readonly #leaving: Array<Promise<unknown>> = []

  constructor (app: FastifyInstance, emf: false | { readonly namespace: string }) {
    this.#app = app
    this.#emf = emf
    this.log = new StopLog(app.log)
  }

  in (task: EcsTask): void {
    this.#task = task
    this.log.in(task)
  }

  /** Until a stop begins, phases are no event for the log. */
  phase (phase: Phase, stop: Stop | undefined): void {
    if (stop) this.log.phase(phase, stop.since)
    publish(channels.phase, (): PhaseMessage => ({ ...this.#whose, phase, trigger: stop?.trigger, since: stop && Math.round(stop.since) }))
  }

  client (client: ClientReport, since: number): void {
    this.log.client(client, since)
    publish(channels.client, (): ClientMessage => ({ ...this.#whose, client: { ...client }, since: Math.round(since) }))
  }

  /** The log has the last word. Subscribers are given a copy: what they do to it is theirs. */
  report (report: DrainReport): void {
    if (this.#emf) this.#waitUntil(writeLine(JSON.stringify(emfDocument(this.#emf.namespace, report, this.#task, Date.now()))))
    publish(channels.report, (): ReportMessage => ({ ...this.#whose, report: structuredClone(report), waitUntil: (sent) => this.#waitUntil(sent) }))
    if (channels.report.hasSubscribers) this.#leaving.push(timers.setImmediate()) // what they throw comes on a tick of its own
    this.log.report(report)
  }

  /** Resolves once what was said has left the process, as far as that can be told. Bound it: whoever is waited for may hang. */
  async flush (): Promise<void> {
    await this.log.flush()
    if (this.#leaving.length === 0) return
    await Promise.all(this.#leaving)
    await this.log.flush() // that something has not left is said there
  }

  get #whose (): { readonly app: FastifyInstance, readonly task: EcsTask | null } {
    return { app: this.#app, task: this.#task }
  }

  #waitUntil (sent: PromiseLike<unknown>): void {
    this.#leaving.push(Promise.resolve(sent).catch((error: unknown) => this.log.error(error, 'telemetry could not be sent')))
  }
}
