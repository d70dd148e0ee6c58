import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { nodeArguments, program } from '../own-programs'
import type { Call, Calls, Said } from './messages'

const PROGRAM = program('alb/process')

/** How long the child may take to end once it has been let go, in milliseconds. */
const PARTING = 2_000

interface Waiting {
  resolve (value: unknown): void
  reject (reason: unknown): void
}

/** The balancer's process as its parent has it: what is called is replied to, or rejects when the child is gone. */
export class Child {
  /** Aborts when the child has ended, whoever wanted it; the reason says how. */
  readonly gone: AbortSignal
  /** Rejects if the child ends by itself; never resolves. */
  readonly failed: Promise<never>
  readonly #process: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #waiting = new Map<number, Waiting>()
  #calls = 0
  #closing = false

  constructor (hear: (said: Said) => void) {
    const gone = new AbortController()
    this.gone = gone.signal
    this.#process = fork(PROGRAM, { execArgv: nodeArguments(PROGRAM), stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    this.#process.on('message', (said: Said) => {
      if (said.type === 'reply') this.#reply(said)
      else hear(said)
    })
    const how = once(this.#process, 'exit').then(([code, signal]) => `ended (${code ?? signal})`, (error: Error) => `failed: ${error.message}`)
    this.#exited = how.then((said) => gone.abort(new Error(`the balancer's process ${said}`)))
    this.failed = new Promise((_resolve, reject) => this.gone.addEventListener('abort', () => {
      for (const { reject } of this.#waiting.values()) reject(this.gone.reason)
      this.#waiting.clear()
      if (!this.#closing) reject(this.gone.reason)
    }))
    this.failed.catch(() => {}) // who does not ask need not handle it
  }

  get pid (): number {
    return this.#process.pid!
  }

  /** Calls reach the child in the order in which they are made. */
  async call<Name extends keyof Calls> (name: Name, ...args: Parameters<Calls[Name]>): Promise<Awaited<ReturnType<Calls[Name]>>> {
    this.gone.throwIfAborted()
    const call: Call = { call: ++this.#calls, name, args }
    const value = await new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(call.call, { resolve, reject })
      this.#process.send(call, () => {}) // a child that cannot be reached is about to be gone
    })
    return value as Awaited<ReturnType<Calls[Name]>>
  }

  /** Lets the child go, and kills it if it does not end. */
  async close (): Promise<void> {
    this.#closing = true
    if (this.#process.connected) this.#process.disconnect()
    const kill = setTimeout(() => this.#process.kill('SIGKILL'), PARTING)
    await this.#exited
    clearTimeout(kill)
  }

  #reply ({ call, value, error }: Extract<Said, { type: 'reply' }>): void {
    const waiting = this.#waiting.get(call)
    this.#waiting.delete(call)
    if (error === undefined) waiting?.resolve(value)
    else waiting?.reject(new Error(error))
  }
}
