import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import type { Test } from 'tap'

import type { DrainReport, EcsGracefulOptions } from '../../types/index'

/** Compiled beforehand (`npm run build:fixtures`), so that a child starts in a fraction of a second. */
const FIXTURES = join(__dirname, '../../.build/test/fixtures')

export type Line = Readonly<Record<string, unknown>>

export interface ChildOptions {
  /** The plugin's options. @default short timings */
  readonly options?: Omit<EcsGracefulOptions, 'resources'> & { readonly resources?: Readonly<Record<string, 'closes' | 'throws' | 'hangs' | false>> }
  /** Ways to misbehave, see test/fixtures/misbehaviour.ts. */
  readonly with?: readonly string[]
  /** A file of test/fixtures, compiled. @default 'service.js' */
  readonly fixture?: string
  readonly env?: Readonly<Record<string, string>>
  /** What node is given in place of the fixture. */
  readonly command?: readonly string[]
  /** Without what tap puts into every child through NODE_OPTIONS; its coverage is then not counted. */
  readonly untouched?: boolean
}

/** A stop of a second or two, in which every part has room enough for a loaded machine. */
export const brisk = {
  stopTimeout: 10_000, drainDelay: 800, quietPeriod: 300, maxDrainDelay: 2_000, gracePeriod: 3_000, closeTimeout: 2_000, safetyMargin: 2_000
} as const satisfies EcsGracefulOptions

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A real process under test: what it says, and how it ends. It never outlives its test. */
export class Child {
  readonly lines: Line[] = []
  readonly exit: Promise<Exit>
  readonly #process: ChildProcess
  readonly #waiting = new Set<() => void>()
  #over = false

  constructor (t: Test, { options = brisk, with: ways = [], fixture = 'service.js', env = {}, command = [join(FIXTURES, fixture)], untouched = false }: ChildOptions = {}) {
    const [file, ...args] = untouched ? ['env', '-u', 'NODE_OPTIONS', process.execPath, ...command] : [process.execPath, ...command]
    this.#process = spawn(file!, args, {
      env: { ...process.env, OPTIONS: JSON.stringify(options), WITH: ways.join(','), ...env },
      stdio: ['pipe', 'pipe', 'pipe']
    })
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      createInterface({ input: stream }).on('line', (text) => this.#said(text))
    }
    this.exit = once(this.#process, 'close').then(([code, signal]) => {
      this.#over = true
      for (const wake of this.#waiting) wake()
      return { code, signal } as Exit
    })
    t.teardown(async () => {
      this.#process.kill('SIGKILL')
      await this.exit
    })
  }

  /** Resolves with the port once the child listens. */
  async ready (): Promise<number> {
    return Number((await this.line((line) => 'ready' in line)).ready)
  }

  send (signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** Has a child that stands still (BLOCK_AT) go on. */
  unblock (): void {
    this.#process.stdin!.write('.')
  }

  /** Nobody reads its standard output any more. */
  hangUp (): void {
    this.#process.stdout!.destroy()
  }

  /** The first line that fits, whether said already or not yet. Rejects, with all that was said, if the child ends without. */
  async line (fits: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = this.lines.find(fits)
      if (found) return found
      if (this.#over) throw new Error(`the child ended without saying it; it said:\n${this.lines.map((line) => JSON.stringify(line)).join('\n')}`)
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
      })
    }
  }

  async phase (phase: string): Promise<Line> {
    return await this.line((line) => line.phase === phase)
  }

  async report (): Promise<DrainReport> {
    return await this.line((line) => line.event === 'ecs-graceful-report') as unknown as DrainReport
  }

  #said (text: string): void {
    this.lines.push(parse(text))
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

function parse (text: string): Line {
  try {
    return JSON.parse(text) as Line
  } catch {
    return { text }
  }
}

/** Starts a service and waits until it listens. */
export async function startService (t: Test, options?: ChildOptions): Promise<{ child: Child, port: number }> {
  const child = new Child(t, options)
  return { child, port: await child.ready() }
}
