import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { nodeArguments, program } from '../own-programs'
import type { Ask, Call, Reply, Results } from './messages'
import { problemsOf } from './problems'
import type { ClientRecord, LoadOptions, LoadResult, LoadStatus, Probe } from './types'

const PROGRAM = program('load/process')

/** How long the child may take to end by itself. */
const GOODBYE = 2_000

interface Pending {
  resolve (result: unknown): void
  reject (error: Error): void
}

/** The load in a process of its own, where nothing that the rehearsal does can make it late. Must be closed. */
export class LoadProcess {
  /** Told about once a second while the load runs. */
  onStatus?: (status: LoadStatus) => void
  /** Rejects if the child ends by itself; never resolves. */
  readonly failed: Promise<never>
  readonly #child: ChildProcess
  readonly #gone: Promise<unknown>
  readonly #pending = new Map<number, Pending>()
  readonly #records: ClientRecord[] = []
  #calls = 0
  #closing = false

  private constructor () {
    this.#child = fork(PROGRAM, { execArgv: nodeArguments(PROGRAM), stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.#child.on('message', (reply: Reply) => this.#hear(reply))
    this.#gone = once(this.#child, 'exit').catch(() => {}) // it may never have begun
    this.failed = new Promise((_resolve, reject) => {
      const fail = (error: Error): void => {
        for (const pending of this.#pending.values()) pending.reject(error)
        if (!this.#closing) reject(error)
      }
      this.#child.on('error', fail)
      this.#child.on('exit', (code, signal) => fail(new Error(`the process of the load has ended (${signal ?? `exit code ${code}`})`)))
    })
    this.failed.catch(() => {}) // whoever waits hears of it
  }

  /** Rejects if the routes have problems. */
  static async start (options: LoadOptions): Promise<LoadProcess> {
    const problems = problemsOf(options.routes)
    if (problems.length > 0) throw new Error(problems.join('\n'))

    const load = new LoadProcess()
    await load.#ask({ type: 'start', options }).catch(async (error: unknown) => {
      await load.close()
      throw error
    })
    return load
  }

  /**
   * Asks every route once, side by side, outside the ledger; resolves to what is wrong, as sentences (empty: all well). Learns
   * statuses where a route expects none.
   */
  async rehearse (): Promise<string[]> {
    return await this.#ask({ type: 'rehearse' })
  }

  /** Begins the open load. */
  begin (): void {
    this.#ask({ type: 'begin' }).catch(() => {}) // `failed` tells
  }

  /** Sends one request at once, pinned to a task. Resolves to its id as soon as a socket has it; rejects after `finish`. */
  async probe (probe: Probe): Promise<string> {
    return await this.#ask({ type: 'probe', probe })
  }

  /** Resolves once the probe with this id has ended, in whatever way. */
  async answered (id: string): Promise<void> {
    await this.#ask({ type: 'answered', id })
  }

  /** Sends no more, waits for what is under way (cut, and recorded so, after 65 s), and resolves to the ledger. */
  async finish (): Promise<LoadResult> {
    const lateness = await this.#ask({ type: 'finish' })
    return { records: this.#records, lateness }
  }

  /** Ends the child, whatever it is doing; what was asked and not answered rejects. Idempotent. */
  async close (): Promise<void> {
    this.#closing = true
    if (this.#child.connected) this.#child.disconnect()
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), GOODBYE)
    await this.#gone
    clearTimeout(kill)
  }

  async #ask<Type extends Ask['type']> (ask: Extract<Ask, { type: Type }>): Promise<Results[Type]> {
    const call: Call = { call: ++this.#calls, ask }
    const result = await new Promise<unknown>((resolve, reject) => {
      this.#pending.set(call.call, { resolve, reject })
      this.#child.send(call, (error) => { if (error) reject(error) })
    }).finally(() => this.#pending.delete(call.call))
    return result as Results[Type]
  }

  #hear (reply: Reply): void {
    switch (reply.type) {
      case 'status': return this.onStatus?.(reply.status)
      case 'records': return void this.#records.push(...reply.records)
      case 'done': return this.#pending.get(reply.call)?.resolve(reply.result)
      case 'refused': return this.#pending.get(reply.call)?.reject(new Error(reply.problem))
    }
  }
}
