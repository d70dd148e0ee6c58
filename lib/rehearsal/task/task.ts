import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import timers from 'node:timers/promises'

import type { ServerRecord } from '../../../types/rehearsal'
import type { Now } from '../monotonic'
import { LEDGER_DESCRIPTOR, taskEnvironment } from './environment'
import { LedgerReader } from './ledger'
import { listeners, socketsOf } from './listeners'
import { asPid1, wasKilled, within, withoutComplaint } from './pid1'
import { giveWay } from './priority'
import { family, send } from './processes'
import { cannotStart, checkStart } from './start-failure'
import { Tail } from './tail'

export interface TaskOptions {
  /** From 1. */
  readonly task: number
  readonly command: readonly [string, ...string[]]
  /** @default the current directory */
  readonly cwd?: string
  /** Over this process's own; the agent's addresses belong here. */
  readonly env?: Readonly<Record<string, string>>
  /** On which it is told to listen; nobody else may get it. */
  readonly port: number
  /** Whether it runs as PID 1 of a namespace of its own; see `canBePid1`. */
  readonly pid1: boolean
  readonly stopTimeoutSeconds: number
  readonly now: Now
}

export interface TaskExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly at: number
}

/** How long after the exit there may be something left to read, in milliseconds. */
const LAST_WORDS = 1_000

/**
 * One running copy of the service, in a process group of its own. As in a container, what it has started does not outlive
 * it; without `pid1`, a process that has moved to another group and lost its parent escapes.
 */
export class Task {
  /** Settles as soon as the process has ended. */
  readonly exit: Promise<TaskExit>
  /** All that it wrote has been read, or a second has passed since its exit. */
  readonly silent: Promise<void>
  readonly #options: TaskOptions
  readonly #process: ChildProcess
  readonly #ledger: LedgerReader
  readonly #output = new Tail()
  readonly #errors = new Tail()
  #inner: number | undefined
  #over = false

  private constructor (child: ChildProcess, options: TaskOptions) {
    this.#options = options
    this.#process = child
    this.#ledger = new LedgerReader(options.task, options.now)
    this.#listen()
    this.exit = this.#exit()
    this.silent = this.#silent()
  }

  /** Resolves once it runs; rejects with a plain sentence if it cannot be started. */
  static async start (options: TaskOptions): Promise<Task> {
    const { command, cwd = process.cwd(), pid1 } = options
    const env = taskEnvironment(options, process.env)
    await checkStart(command[0], cwd, env.PATH)
    const [file, ...args] = pid1 ? asPid1(command) : command
    try {
      const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true })
      await once(child, 'spawn')
      giveWay(child.pid!)
      const task = new Task(child, options)
      if (pid1) task.#inner = await within(child)
      return task
    } catch (error) {
      throw cannotStart(command[0], error)
    }
  }

  /** As this machine counts, also where the process itself sees a 1. */
  get pid (): number {
    return this.#inner ?? this.#process.pid!
  }

  /** The process group that holds all it has started. */
  get group (): number {
    return this.#process.pid!
  }

  /** What the service has written to its ledger so far. */
  get ledger (): readonly ServerRecord[] {
    return this.#ledger.records
  }

  /** Lines of the ledger that could not be read, or came after half a million. */
  get badLines (): number {
    return this.#ledger.badLines
  }

  /** The last 4,000 characters that it wrote, on both streams. */
  get output (): string {
    return withoutComplaint(this.#output.toString())
  }

  /** Signals the process alone, as ECS signals PID 1. */
  signal (name: NodeJS.Signals): void {
    if (!this.#over) send(this.pid, name)
  }

  /** Stops the process and all it has started in its tracks. */
  freeze (): void {
    this.#sendAll('SIGSTOP')
    // the wrapper must see the end of a process that is killed while frozen
    if (this.pid !== this.#process.pid) send(this.#process.pid!, 'SIGCONT')
  }

  thaw (): void {
    this.#sendAll('SIGCONT')
  }

  /** Ends the process and all it has started. A second time does no harm. */
  kill (): void {
    this.#sendAll('SIGKILL')
    this.#over = true
  }

  /** Whether anybody listens on its port; undefined where it cannot be seen. Does not connect. */
  async listening (): Promise<boolean | undefined> {
    return (await listeners())?.some(({ port }) => port === this.#options.port)
  }

  /** Other TCP ports on which it, or what it has started, listens; none where it cannot be seen. */
  async listensElsewhere (): Promise<number[]> {
    const held = new Set((await Promise.all(family(this.#process.pid!).map(socketsOf))).flat())
    const ports = (await listeners() ?? []).filter(({ inode }) => held.has(inode)).map(({ port }) => port)
    return [...new Set(ports)].filter((port) => port !== this.#options.port).sort((a, b) => a - b)
  }

  /** The group at once, and then those who have left it. */
  #sendAll (name: NodeJS.Signals): void {
    if (this.#over) return
    const all = family(this.#process.pid!)
    send(-this.#process.pid!, name)
    for (const pid of all) send(pid, name)
  }

  /** Reads always on, whether or not anybody wants it, so that the service never waits for a reader. */
  #listen (): void {
    const { stdout, stderr, stdio } = this.#process
    const ledger = stdio[LEDGER_DESCRIPTOR] as Readable
    for (const stream of [stdout!, stderr!]) stream.on('data', (chunk: Buffer) => this.#output.add(chunk))
    stderr!.on('data', (chunk: Buffer) => this.#errors.add(chunk))
    ledger.setEncoding('utf8').on('data', (text: string) => this.#ledger.add(text)).on('end', () => this.#ledger.end())
    for (const stream of [stdout!, stderr!, ledger]) stream.on('error', () => {}) // a broken stream is one that has ended
  }

  async #exit (): Promise<TaskExit> {
    const said = new Promise((resolve) => this.#process.stderr!.once('close', resolve))
    const [code, signal] = await once(this.#process, 'exit') as [number | null, NodeJS.Signals | null]
    const exit = { code, signal, at: this.#options.now() }
    this.kill()
    if (!this.#options.pid1) return exit
    await said // nobody is left who could hold it open
    return wasKilled(code, this.#errors.toString()) ? { ...exit, code: null, signal: 'SIGKILL' } : exit
  }

  async #silent (): Promise<void> {
    const closed = new Promise((resolve) => this.#process.once('close', resolve))
    await this.exit
    const over = new AbortController()
    await Promise.race([closed, timers.setTimeout(LAST_WORDS, undefined, { signal: over.signal }).catch(() => {})])
    over.abort()
    for (const stream of this.#process.stdio) stream?.destroy() // whoever still holds the other end is none of ours
  }
}
