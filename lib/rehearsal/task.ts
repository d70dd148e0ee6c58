import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

import { freePort } from './free-port'

export interface TaskOptions {
  readonly command: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** One running copy of the service: a process of its own group, so that nothing it starts is left behind. */
export class Task {
  readonly port: number
  readonly exit: Promise<{ readonly code: number | null, readonly signal: NodeJS.Signals | null }>
  /** Resolves once all that it wrote has been read, which may be after its exit; never before whoever shares its streams is gone. */
  readonly silent: Promise<unknown>
  /** The last that it wrote, for when it does not run. */
  output = ''
  readonly #process: ChildProcess
  #running = true

  private constructor (port: number, { command: [file, ...args], env, cwd }: TaskOptions) {
    this.port = port
    this.#process = spawn(file, args, {
      cwd, env: { ...process.env, ...env, PORT: String(port), HOST: '127.0.0.1' }, stdio: ['ignore', 'pipe', 'pipe'], detached: true
    })
    for (const stream of [this.#process.stdout!, this.#process.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => { this.output = (this.output + text).slice(-4_000) })
    }
    this.silent = once(this.#process, 'close').catch(() => {})
    const failed = once(this.#process, 'error').then(([error]) => {
      this.output += String(error)
      return { code: null, signal: null }
    })
    const exited = once(this.#process, 'exit').then(([code, signal]) => ({ code, signal }) as { code: number | null, signal: NodeJS.Signals | null })
    this.exit = Promise.race([failed, exited]).finally(() => { this.#running = false })
  }

  static async start (options: TaskOptions): Promise<Task> {
    return new Task(await freePort(), options)
  }

  get running (): boolean {
    return this.#running
  }

  /** Signals the process alone, as ECS signals PID 1. */
  signal (name: NodeJS.Signals): void {
    this.#process.kill(name)
  }

  /** Ends the process and whatever it has started. */
  kill (): void {
    try {
      if (this.#process.pid !== undefined) process.kill(-this.#process.pid, 'SIGKILL')
    } catch {
      // the group has gone already
    }
  }
}
