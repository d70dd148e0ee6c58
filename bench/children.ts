import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What children say, by name: `ready` unasked, the rest when asked. */
export interface Answers {
  readonly ready: { readonly port: number, readonly startup: Start }
  /** Microseconds of CPU used since the child began. */
  readonly cpu: number
  /** Bytes after garbage collection. */
  readonly memory: { readonly heap: number, readonly rss: number }
  readonly load: Load
  /** How many connections were opened. */
  readonly opened: number
  readonly endings: readonly Ending[]
}

/** How one connection ended, as its client saw it. */
export interface Ending {
  /** When it was told to go, by a close frame or else a FIN, on the clock that processes share; null if it never was. */
  readonly told: number | null
  /** Of the close frame, if there was one. */
  readonly code: number | null
  /** `FIN`, `RST`, or the code of another error. */
  readonly by: string
}

/** Milliseconds from before `require('fastify')` to after `app.ready()`, on the clock and on the CPU. */
export interface Start {
  readonly elapsed: number
  readonly cpu: number
}

export interface Load {
  readonly requests: number
  readonly elapsed: number
  readonly failed: number
}

export interface ChildOptions {
  readonly core?: number | undefined
  readonly nodeOptions?: readonly string[]
}

export type ServerMode = 'bare' | 'plugin' | 'hooks'

/** No answer takes longer than this, or the bench ends with an error. */
const PATIENCE = 60_000

/** A Node process of the bench, met by IPC, one question at a time. It never outlives the bench. */
export class Child {
  readonly #process: ChildProcess
  readonly #gone = new AbortController()

  constructor (file: string, args: readonly string[], { core, nodeOptions = [] }: ChildOptions = {}) {
    this.#process = spawnPinned(core, process.execPath, [...nodeOptions, join(__dirname, file), ...args], ['ignore', 'inherit', 'inherit', 'ipc'])
    this.#process.once('exit', (code, signal) => this.#gone.abort(new Error(`${file} ${args.join(' ')} ended: ${code ?? signal}`)))
  }

  async ask<K extends keyof Answers> (question: K, about: unknown = null): Promise<Answers[K]> {
    const answer = this.said(question)
    this.#process.send({ question, about })
    return await answer
  }

  /** What the child says next, which must be this. Rejects if the child ends first or stays silent. */
  async said<K extends keyof Answers> (name: K): Promise<Answers[K]> {
    const signal = AbortSignal.any([this.#gone.signal, AbortSignal.timeout(PATIENCE)])
    const [message] = await once(this.#process, 'message', { signal }) as [Answers]
    if (!(name in message)) throw new Error(`expected ${name}, heard ${JSON.stringify(message)}`)
    return message[name]
  }

  /** Resolves when the process is gone, so that the next one has the core to itself. */
  async stop (): Promise<void> {
    if (this.#gone.signal.aborted) return
    const exit = once(this.#process, 'exit')
    this.#process.kill('SIGKILL')
    await exit
  }
}

export type Protocol = 'http1' | 'http2'

/** Runs `work` against a fresh server, which is gone afterwards whatever happened. */
export async function withServer<T> (
  mode: ServerMode, { protocol = 'http1', ...options }: ChildOptions & { readonly protocol?: Protocol },
  work: (server: Child, ready: Answers['ready']) => Promise<T>
): Promise<T> {
  const server = new Child('server.js', [mode, protocol], options)
  try {
    return await work(server, await server.said('ready'))
  } finally {
    await server.stop()
  }
}

/** Spawns a process, on one core if one is given, and kills it when this process exits. */
export function spawnPinned (core: number | undefined, program: string, args: readonly string[], stdio: StdioOptions): ChildProcess {
  const pinned = core === undefined ? [program, ...args] : ['taskset', '-c', String(core), program, ...args]
  const child = spawn(pinned[0]!, pinned.slice(1), { stdio })
  const kill = () => { child.kill('SIGKILL') }
  process.once('exit', kill)
  child.once('exit', () => { process.off('exit', kill) })
  return child
}
