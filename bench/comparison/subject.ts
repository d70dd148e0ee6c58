import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import timers from 'node:timers/promises'

import { commandOf, type Setup } from './setups'

type Event = Readonly<Record<string, unknown>>

export interface Exit {
  /** The exit code, or the signal. */
  readonly how: string
  /** On the clock of `performance.now()`. */
  readonly at: number
}

/** As ECS has it by default. */
export const STOP_TIMEOUT = 30_000

/** A peer's server, followed to its end by what it tells on a descriptor of its own, so that it may print what it likes. It never outlives the bench. */
export class Subject {
  readonly exit: Promise<Exit>
  readonly #process: ChildProcess
  readonly #events: Event[] = []
  readonly #waiting = new Set<() => void>()
  readonly #killer = new AbortController()
  #over = false

  constructor (setup: Pick<Setup, 'id'>, env: Readonly<Record<string, string>> = {}) {
    const [program, ...args] = commandOf(setup)
    this.#process = spawn(program, args, { env: { ...process.env, PEERS_EVENTS: '3', ...env }, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
    createInterface({ input: this.#process.stdio[3] as Readable }).on('line', (line) => {
      this.#events.push(JSON.parse(line) as Event)
      this.#wake()
    })
    const kill = (): void => { this.#process.kill('SIGKILL') }
    process.once('exit', kill)
    this.exit = once(this.#process, 'exit').then(([code, signal]) => ({ how: String(signal ?? code), at: performance.now() }))
    this.#process.once('close', () => {
      process.off('exit', kill)
      this.#killer.abort()
      this.#over = true
      this.#wake()
    })
  }

  /** Resolves with the port once it listens. */
  async ready (): Promise<number> {
    return Number((await this.told('ready')).ready)
  }

  /** SIGTERM, and SIGKILL when the stop timeout is over. Says when. */
  stop (): number {
    this.signal('SIGTERM')
    const late = timers.setTimeout(STOP_TIMEOUT, undefined, { signal: this.#killer.signal })
    late.then(() => this.signal('SIGKILL'), () => {})
    return performance.now()
  }

  signal (name: NodeJS.Signals): void {
    this.#process.kill(name)
  }

  /** Resolves when the process stands still, so that what comes next is found together. */
  async freeze (): Promise<void> {
    this.signal('SIGSTOP')
    if (process.platform !== 'linux') return
    while (!/^\d+ \(.*\) T/.test(readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8'))) await timers.setImmediate()
  }

  /** The first event with this key, told already or not yet. */
  async told (key: string): Promise<Event> {
    for (;;) {
      const found = this.#events.find((event) => key in event)
      if (found) return found
      if (this.#over) throw new Error(`the server ended without telling ${key}; it told ${JSON.stringify(this.#events)}`)
      await new Promise<void>((resolve) => { this.#waiting.add(resolve) })
    }
  }

  /** Whether it has told this, once it has ended. */
  has (key: string): boolean {
    return this.#events.some((event) => key in event)
  }

  #wake (): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
