import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

import { spawnPinned } from './children'

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** On the clock of `performance.now()`. */
  readonly at: number
}

export interface StoppableOptions {
  /** The server, in this folder. @default 'drain-server.js' */
  readonly file?: string
  readonly mode: string
  readonly env?: Readonly<Record<string, string>>
}

type Line = Readonly<Record<string, unknown>>

/** A server of the drain bench, followed to its end. It never outlives the bench. */
export class Stoppable {
  readonly exit: Promise<Exit>
  readonly #process: ChildProcess
  readonly #lines: Line[] = []
  readonly #waiting = new Set<() => void>()
  #over = false

  constructor ({ file = 'drain-server.js', mode, env }: StoppableOptions) {
    const variables = Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`)
    this.#process = spawnPinned(undefined, 'env', [...variables, process.execPath, join(__dirname, file), mode], ['pipe', 'pipe', 'inherit'])
    createInterface({ input: this.#process.stdout! }).on('line', (line) => {
      this.#lines.push(JSON.parse(line) as Line)
      this.#wake()
    })
    this.exit = once(this.#process, 'exit').then(([code, signal]) => ({ code, signal, at: performance.now() }) as Exit)
    this.#process.once('close', () => {
      this.#over = true
      this.#wake()
    })
  }

  /** Resolves with the port once the server listens. */
  async ready (): Promise<number> {
    return Number((await this.line((line) => 'ready' in line)).ready)
  }

  /** Sends SIGTERM, and says when. */
  stop (): number {
    this.#process.kill('SIGTERM')
    return performance.now()
  }

  /** Has a server that stands still go on. */
  unblock (): void {
    this.#process.stdin!.write('.')
  }

  async phase (phase: string): Promise<void> {
    await this.line((line) => line.phase === phase)
  }

  /** Resolves once a request has reached its handler. */
  async requested (): Promise<void> {
    await this.line((line) => line.msg === 'incoming request')
  }

  /** The first line that fits, said already or not yet. */
  async line (fits: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = this.#lines.find(fits)
      if (found) return found
      if (this.#over) throw new Error(`the server ended without saying it; it said ${JSON.stringify(this.#lines)}`)
      await new Promise<void>((resolve) => { this.#waiting.add(resolve) })
    }
  }

  #wake (): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}
