import { setMaxListeners } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

import { startDatabases, type Databases } from '../../examples/checkout/databases'
import { createSchema } from '../../examples/checkout/schema'
import { workload } from '../../examples/checkout/workload'
import { startQueue, type Queue } from '../../examples/worker/queue'
import { createWorkerSchema } from '../../examples/worker/schema'
import { BalancerProcess } from '../../lib/rehearsal/alb/index'
import { LoadProcess } from '../../lib/rehearsal/load/index'
import { Machine, type Copy } from '../../lib/rehearsal/machine'
import { monotonic, since, type Now } from '../../lib/rehearsal/monotonic'
import { Probes } from '../../lib/rehearsal/probes'
import { balancerOptions } from '../../lib/rehearsal/balancer-options'
import { seeded } from '../../lib/rehearsal/random'
import { readSettings } from '../../lib/rehearsal/settings'
import { Agent, freePorts } from '../../lib/rehearsal/task/index'
import { Unbalanced } from '../../lib/rehearsal/work/index'
import type { RehearsalSettings, Route, TaskRecord } from '../../types/rehearsal'
import { built } from './built'
import { Link } from './link'
import type { SoakSettings } from './settings'

/** What one generation of tasks reaches its databases by. */
export interface Links {
  readonly postgres: Link
  readonly redis: Link
}

/** The tasks that one deployment brings, or the veterans. */
export interface Generation {
  readonly links: Links
  readonly checkouts: Machine
  readonly workers: Machine
}

export interface GenerationOptions {
  readonly graceful: boolean
  readonly secondSigterm?: boolean
  /** Another's, to share its fate; their own otherwise. */
  readonly links?: Links
  /** Forces the dangerous instants around each signal. */
  readonly load?: LoadProcess
}

const routes: readonly Route[] = workload.map((route) => route.effect ? { ...route, work: true } : route)
/** Those whose requests must have an effect. */
export const effects: ReadonlySet<string> = new Set(routes.filter(({ effect }) => effect).map(({ name }) => name!))

/** All that a soak plays on: databases, a queue, a balancer and machines. Who starts one closes it; nothing is left behind. */
export class Scene {
  readonly epoch = monotonic()
  readonly now: Now = since(this.epoch)
  readonly settings: SoakSettings
  readonly machines: Machine[] = []
  readonly signal: AbortSignal
  db!: pg.Client
  balancer!: BalancerProcess
  #databases!: Databases
  #queue!: Queue
  #agent!: Agent
  #nextPort!: () => Promise<number>
  readonly #logs = mkdtempSync(join(tmpdir(), 'soak-'))
  readonly #ports = new Map<number, number>()
  readonly #signalled = new Map<number, PromiseWithResolvers>()
  readonly #over = new AbortController()
  readonly #closing: Array<() => unknown> = [() => rmSync(this.#logs, { recursive: true, force: true })]
  #rehearsal!: RehearsalSettings
  #worker!: readonly [string, ...string[]]
  #tasks = 0
  #loads = 0

  private constructor (settings: SoakSettings, interrupted: AbortSignal) {
    this.settings = settings
    this.signal = AbortSignal.any([this.#over.signal, interrupted])
    setMaxListeners(0, this.signal) // every client and every wait hears it
  }

  static async start (settings: SoakSettings, interrupted: AbortSignal): Promise<Scene> {
    const scene = new Scene(settings, interrupted)
    try {
      await scene.#start()
      return scene
    } catch (error) {
      await scene.close()
      throw error
    }
  }

  async #start (): Promise<void> {
    const { seed, rate, tasks, stopTimeout, deregistrationDelay } = this.settings
    this.#worker = built('worker')
    this.#rehearsal = readSettings({ command: built('checkout'), workers: { command: this.#worker, tasks }, routes, seed, rate, tasks, stopTimeout, deregistrationDelay })
    this.#databases = await this.#kept(startDatabases(), (databases) => databases.stop())
    this.#queue = await this.#kept(startQueue({ fifo: false }), (queue) => queue.stop())
    const db = new pg.Client(this.#databases.databaseUrl)
    this.db = await this.#kept(db.connect().then(() => db), (client) => client.end())
    await createSchema(db)
    await createWorkerSchema(db)

    this.#agent = await this.#kept(Agent.start({ now: this.now }), (agent) => agent.close())
    this.balancer = await this.#kept(BalancerProcess.start(balancerOptions(this.#rehearsal, this.epoch, seed)), (balancer) => balancer.close())
    this.#nextPort = await freePorts()
    const kill = (): void => { for (const machine of this.machines) machine.kill() }
    process.once('exit', kill)
    this.#closing.push(() => process.off('exit', kill), async () => { await Promise.all(this.machines.map((machine) => machine.close())) })
  }

  /** Room for the tasks of one deployment, with wires of their own. */
  async generation ({ graceful, secondSigterm = false, load, links: given }: GenerationOptions): Promise<Generation> {
    const links = given ?? await this.#links()
    const env = {
      ...this.#queue.env,
      DATABASE_URL: links.postgres.url,
      REDIS_URL: links.redis.url,
      GRACEFUL: graceful ? 'on' : 'off',
      SOAK_LOGS: this.#logs
    }
    const settings = { ...this.#rehearsal, secondSigterm }
    const { balancer, signal, now } = this
    const probes = load && new Probes({ load, balancer, random: seeded(this.settings.seed, `probes ${this.#loads}`), signal })
    const common = {
      env,
      agent: this.#agent,
      nextTask: () => ++this.#tasks,
      nextPort: () => this.#portFor(this.#tasks), // asked for in the same turn as the number
      seed: this.settings.seed,
      now,
      signal,
      onEvent: (event: { type: string, task?: number, state?: string }) => {
        if (event.state === 'STOPPING' || event.state === 'DEPROVISIONING') this.#signal(event.task!).resolve()
      }
    }
    const checkouts = new Machine({ ...common, settings, targets: balancer, balanced: true, probes })
    const targets = new Unbalanced(settings.healthPath, (group) => balancer.guard(group))
    const workers = new Machine({ ...common, settings: { ...settings, command: this.#worker }, targets, balanced: false })
    this.machines.push(checkouts, workers)
    return { links, checkouts, workers }
  }

  /** A load that has asked all routes and been answered as expected; it has not begun. */
  async load (): Promise<LoadProcess> {
    const seed = this.settings.seed + ++this.#loads
    const load = await LoadProcess.start({ epoch: this.epoch, seed, ports: this.balancer.ports, rate: this.settings.rate, routes })
    this.#closing.push(() => load.close())
    const problems = await load.rehearse()
    if (problems.length > 0) throw new Error(`before the deployment, not all routes are answered as expected:\n${problems.join('\n')}`)
    return load
  }

  /** Rejects when a part of the scene breaks, which is no fault of the services. */
  get failed (): Promise<never> {
    return Promise.race([this.balancer, ...this.machines].map(({ failed }) => failed))
  }

  get records (): TaskRecord[] {
    return this.machines.flatMap(({ records }) => records)
  }

  portOf ({ book }: Copy): number {
    return this.#ports.get(book.task)!
  }

  /** Resolves when a task is signalled, or has gone without. */
  async signalled ({ book, task }: Copy): Promise<void> {
    await Promise.race([this.#signal(book.task).promise, task.exit])
  }

  /** What a task said last of its own stop. */
  reportOf (task: number): Record<string, unknown> | undefined {
    const port = this.#ports.get(task)
    const lines = readLines(join(this.#logs, `${port}.log`)).filter((line) => line.includes('"ecs-graceful-report"'))
    return lines.length === 0 ? undefined : JSON.parse(lines.at(-1)!) as Record<string, unknown>
  }

  async close (): Promise<void> {
    this.#over.abort(new Error('the soak is over'))
    for (const close of this.#closing.reverse()) await Promise.resolve(close()).catch(() => {})
  }

  async #links (): Promise<Links> {
    const { databaseUrl, redisUrl } = this.#databases
    const links = { postgres: await Link.before(databaseUrl), redis: await Link.before(redisUrl) }
    this.#closing.push(() => links.postgres.cut(), () => links.redis.cut())
    return links
  }

  async #kept<T> (starting: Promise<T>, close: (started: T) => unknown): Promise<T> {
    const started = await starting
    this.#closing.push(() => close(started))
    return started
  }

  async #portFor (task: number): Promise<number> {
    const port = await this.#nextPort()
    this.#ports.set(task, port)
    return port
  }

  #signal (task: number): PromiseWithResolvers {
    const known = this.#signalled.get(task)
    if (known) return known
    let resolve = (): void => {}
    const promise = new Promise<void>((_resolve) => { resolve = _resolve })
    const signal = { promise, resolve }
    this.#signalled.set(task, signal)
    return signal
  }
}

interface PromiseWithResolvers {
  readonly promise: Promise<void>
  readonly resolve: () => void
}

function readLines (file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return [] // it has never said anything
  }
}
