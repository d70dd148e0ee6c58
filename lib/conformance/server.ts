import timers from 'node:timers/promises'

import type { ConformanceSettings } from '../../types/conformance'
import { monotonic } from '../rehearsal/monotonic'
import { Task, type TaskExit } from '../rehearsal/task/index'
import { ANSWER, CONNECT, HEALTH_EVERY, LOOK, NOTICED } from './limits'
import { request, type Answer } from './wire/http1'
import { Http2Wire } from './wire/http2'
import { Transcript } from './wire/transcript'
import { Wire } from './wire/wire'

/** As no balancer calls itself: who counts the balancer's checks must not count ours. */
const NAME = 'fastify-ecs-graceful-conform'

export interface ServerOptions {
  readonly settings: ConformanceSettings
  readonly env: Readonly<Record<string, string>>
  readonly port: number
}

/** One process of the server under test, met by HTTP and signals, and killed at the stop timeout as ECS does. */
export class Server {
  readonly port: number
  readonly transcript = new Transcript(monotonic)
  readonly exit: Promise<TaskExit>
  /** Milliseconds from SIGTERM to the exit; undefined until then. */
  exitedAt: number | undefined
  /** Whether SIGKILL had to come. */
  killed = false
  readonly #task: Task
  readonly #settings: ConformanceSettings
  readonly #wires: Array<Wire | Http2Wire> = []
  readonly #over = new AbortController()
  #connections = 0

  private constructor (task: Task, { settings, port }: ServerOptions) {
    this.#task = task
    this.#settings = settings
    this.port = port
    this.transcript.process('started')
    this.exit = task.exit.then((exit) => {
      this.exitedAt = this.transcript.sinceSignal
      this.#over.abort()
      this.transcript.process(`ended: ${exit.signal ?? `exit code ${exit.code}`}`)
      return exit
    })
  }

  /** Resolves once the process runs; whether it listens is another matter. */
  static async spawn (options: ServerOptions): Promise<Server> {
    const { settings: { command, cwd, stopTimeout }, env, port } = options
    const task = await Task.start({ task: 1, command, cwd, env, port, pid1: false, stopTimeoutSeconds: stopTimeout, now: monotonic })
    return new Server(task, options)
  }

  /** For the sentence that says why it is not healthy. */
  get task (): Task {
    return this.#task
  }

  get output (): string {
    return this.#task.output
  }

  get hasExited (): boolean {
    return this.#over.signal.aborted
  }

  /** Milliseconds since SIGTERM. */
  get sinceSignal (): number {
    return this.transcript.sinceSignal ?? 0
  }

  /** Whether it became healthy in time. */
  async healthy (protocol?: 'http1' | 'http2'): Promise<boolean> {
    const end = monotonic() + this.#settings.startTimeout * 1_000
    while (monotonic() < end && !this.hasExited) {
      if (await this.#task.listening() !== false && await this.health(protocol) === 200) return true
      await this.pause(HEALTH_EVERY)
    }
    return false
  }

  /** SIGTERM, to the process alone; and SIGKILL when the stop timeout is over. A second time, a second SIGTERM. */
  terminate (): void {
    if (this.transcript.sinceSignal === undefined) this.countdown()
    this.transcript.process('SIGTERM')
    this.#task.signal('SIGTERM')
  }

  /** The signal comes from elsewhere, now. */
  countdown (): void {
    this.transcript.signalled()
    const kill = setTimeout(() => {
      this.killed = true
      this.transcript.process('SIGKILL: the stop timeout is over')
      this.#task.kill()
    }, this.#settings.stopTimeout * 1_000)
    this.#over.signal.addEventListener('abort', () => clearTimeout(kill))
  }

  freeze (): void {
    this.transcript.process('stands still (SIGSTOP)')
    this.#task.freeze()
  }

  thaw (): void {
    this.transcript.process('goes on (SIGCONT)')
    this.#task.thaw()
  }

  /** Whether anybody listens, without connecting where that can be seen. */
  async listening (): Promise<boolean> {
    const seen = await this.#task.listening()
    if (seen !== undefined) return seen
    const wire = await this.connect()
    wire.destroy()
    return wire.connected
  }

  /** Whether the listener was closed, or the process gone, within so many milliseconds. */
  async listenerClosed (within: number): Promise<boolean> {
    const end = monotonic() + within
    while (!this.hasExited && await this.listening()) {
      if (monotonic() > end) return false
      await this.pause(LOOK)
    }
    return true
  }

  async connect (): Promise<Wire> {
    const wire = await Wire.open(this.port, ++this.#connections, this.transcript, CONNECT)
    this.#wires.push(wire)
    return wire
  }

  async connectHttp2 (): Promise<Http2Wire> {
    const wire = new Http2Wire(await Wire.open(this.port, ++this.#connections, this.transcript, CONNECT))
    this.#wires.push(wire)
    return wire
  }

  /** Connections that are open and idle, after a request each, as those of a pool. */
  async pool (count: number, path = this.#settings.path): Promise<Wire[]> {
    const wires = await Promise.all(Array.from({ length: count }, async () => await this.connect()))
    await Promise.all(wires.map(async (wire) => {
      wire.send(request('GET', path))
      await wire.answer(ANSWER)
    }))
    return wires
  }

  /** One request on a connection of its own, which is left open. */
  async ask (path: string, within = ANSWER): Promise<{ wire: Wire, answer: Answer }> {
    const wire = await this.connect()
    wire.send(request('GET', path))
    return { wire, answer: await wire.answer(within) }
  }

  /** The status of the health route, asked on a new connection as a balancer does; undefined if there was no whole answer. */
  async health (protocol: 'http1' | 'http2' = 'http1', path = this.#settings.healthPath): Promise<number | undefined> {
    if (protocol === 'http2') {
      const wire = await this.connectHttp2()
      wire.request(1, path)
      const status = await wire.status(1, ANSWER)
      wire.destroy()
      return status
    }
    const wire = await this.connect()
    wire.send(request('GET', path, { 'user-agent': NAME, connection: 'close' }))
    const { status, whole } = await wire.answer(ANSWER)
    wire.destroy()
    return whole ? status : undefined
  }

  /** Waits until the signal has been handled: the health route says so, or a second has passed. */
  async noticed (protocol?: 'http1' | 'http2'): Promise<void> {
    while (!this.hasExited && this.sinceSignal < NOTICED && await this.health(protocol) === 200) await this.pause(HEALTH_EVERY)
  }

  /** Whether it has ended by itself within so many milliseconds; it is killed at the stop timeout at the latest. */
  async exited (within = Infinity): Promise<boolean> {
    const left = Math.min(within, this.#settings.stopTimeout * 1_000 + ANSWER)
    await Promise.race([this.exit, this.pause(left)])
    return this.hasExited && !this.killed
  }

  /** Waits so long, or until the process has ended. */
  async pause (ms: number): Promise<void> {
    await timers.setTimeout(ms, undefined, { signal: this.#over.signal }).catch(() => {})
  }

  /** Kills what is left of it, and closes all connections. */
  async end (): Promise<void> {
    this.#task.kill()
    await this.#task.silent
    for (const wire of this.#wires) wire.destroy()
  }
}
