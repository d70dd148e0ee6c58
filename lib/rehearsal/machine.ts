import timers from 'node:timers/promises'

import type { Order, RehearsalEvent, RehearsalSettings, ServerRecord, TaskRecord } from '../../types/rehearsal'
import { errors } from '../errors'
import { TaskBook } from './book'
import type { Stage } from './ecs/deployment'
import { stopSteps } from './ecs/stop-steps'
import type { Now } from './monotonic'
import type { Probes } from './probes'
import { seeded } from './random'
import { whyNotHealthy } from './start-failure'
import type { Targets } from './targets'
import { listenerClosed, listening, Task, type Agent } from './task/index'
import { wentWell } from './verdict/exits'

export interface MachineOptions {
  readonly settings: RehearsalSettings
  readonly env: Readonly<Record<string, string>>
  readonly targets: Targets
  /** A fleet that no balancer knows is never deregistered, and told to stop at once. */
  readonly balanced: boolean
  readonly agent: Agent
  /** Numbers tasks over all fleets, from 1. */
  nextTask (): number
  /** Hands out ports, each once. */
  nextPort (): Promise<number>
  /** Absent where nothing is to be forced. */
  readonly probes?: Probes
  readonly seed: number
  readonly now: Now
  /** The run's end: waits are over then. */
  readonly signal: AbortSignal
  onEvent (event: RehearsalEvent): void
}

/** One task with all that is known of it. */
export interface Copy {
  readonly task: Task
  readonly book: TaskBook
}

/** Deployments wait for a task that has protected itself; StopTask, Spot and the loss of a host do not. */
const PROTECTED: readonly Order[] = ['deregister-first', 'together']

/** How often is asked whether a task is still protected. */
const LOOK = 200

/** The stage on this machine: real processes, behind a balancer or not, stopped in every order in which ECS may. */
export class Machine implements Stage<Copy> {
  /** Which deployment the tasks that start from now on belong to. */
  deployment = 0
  /** Rejects when a step of a stop breaks off, which is a defect of ours; never resolves. */
  readonly failed: Promise<never>
  readonly #options: MachineOptions
  readonly #copies: Copy[] = []
  #fail!: (error: unknown) => void

  constructor (options: MachineOptions) {
    this.#options = options
    this.failed = new Promise((_resolve, reject) => { this.#fail = reject })
    this.failed.catch(() => {}) // whoever waits for it hears of it
  }

  get records (): TaskRecord[] {
    for (const { book } of this.#copies) book.lookedAway(this.#options.targets.lookedAway(book.task))
    return this.#copies.map(({ book }) => book.record)
  }

  /** What the services wrote to their ledgers. */
  get ledger (): ServerRecord[] {
    return this.#copies.flatMap(({ task }) => task.ledger)
  }

  /** Starts a task; resolves once every node calls it healthy. Rejects with what a person can mend. */
  async start (): Promise<Copy> {
    const { settings: { command, cwd, pid1, stopTimeout }, env, agent, targets, now, signal, onEvent } = this.#options
    signal.throwIfAborted()
    const number = this.#options.nextTask()
    const book = new TaskBook(number, this.deployment, now, onEvent, !this.#options.balanced)
    const copy = { book } as { book: TaskBook, task: Task }
    this.#copies.push(copy)

    book.state('PROVISIONING')
    const port = await this.#options.nextPort()
    book.state('PENDING')
    const agents = agent.add({ task: number, port, revision: this.deployment + 1 })
    const options = { task: number, command, cwd, env: { ...agents.aws, ...env, ...agents.env }, port, pid1, stopTimeoutSeconds: stopTimeout, now }
    copy.task = await Task.start(options).catch(({ message }: Error) => { throw new errors.RehearsalImpossible(message) })
    targets.guard(copy.task.group)
    if (signal.aborted) copy.task.kill() // it was being started when everything ended
    void copy.task.exit.then((exit) => book.ended(exit, copy.task.output))
    book.state('ACTIVATING')
    await this.#healthy(copy, port)
    book.healthy()
    book.state('RUNNING')
    return copy
  }

  /** Takes a task out in the order given; resolves once it is gone. */
  async stop ({ task, book }: Copy, order: Order): Promise<void> {
    const { settings, targets, balanced, agent, seed, signal } = this.#options
    if (PROTECTED.includes(order)) await this.#unprotected(book.task)
    if (book.record.died) return targets.deregister(book.task) // there is nothing to stop any more
    book.decided(order)
    const steps = stopSteps(balanced || order === 'kill' ? order : 'health-only', settings, seeded(seed, `stop of ${book.task}`))
    const gone = new AbortController()
    const until = AbortSignal.any([gone.signal, signal])
    const after = (duration: number | undefined, then: () => unknown): void => {
      if (duration === undefined) return
      timers.setTimeout(duration, undefined, { signal: until }).then(then, () => {}).catch((error: unknown) => this.#fail(error))
    }

    after(steps.deregister, () => this.#deregister(book))
    const { signal: instant } = steps
    if (instant === undefined) after(steps.kill, () => task.signal('SIGKILL'))
    else {
      // what follows SIGTERM is counted from it, whenever it came
      after(instant, () => this.#terminate(task, book, until, () => {
        after(steps.secondSignal === undefined ? undefined : steps.secondSignal - instant, () => {
          book.stop('secondSignal')
          task.signal('SIGTERM')
        })
        after(steps.kill - instant, () => task.signal('SIGKILL'))
      }))
    }

    const exit = await task.exit
    gone.abort()
    signal.throwIfAborted() // it was ended by us, with everything
    book.exited(exit)
    if (!wentWell(book.record.stop!)) {
      await task.silent
      book.output(task.output)
    }
    task.kill() // whatever it may have started
    if (book.record.stop!.deregistered === undefined) targets.deregister(book.task) // what has stopped is taken out in the end
    agent.known(book.task, 'STOPPED')
    book.state('DEPROVISIONING')
    book.state('STOPPED')
  }

  /** Ends all that runs, at once. */
  kill (): void {
    for (const { task } of this.#copies) task?.kill()
  }

  /** Whatever happened: nothing is left behind. */
  async close (): Promise<void> {
    this.kill()
    await Promise.all(this.#copies.map(({ task }) => task?.exit))
  }

  async #healthy ({ task, book }: Copy, port: number): Promise<void> {
    const { settings, targets, signal } = this.#options
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), settings.startTimeout * 1_000)
    void task.exit.then(() => limit.abort())
    const until = AbortSignal.any([limit.signal, signal])
    try {
      await listening(task, until)
      targets.register(book.task, port)
      await targets.healthy(book.task, until)
    } catch (error) {
      if (!limit.signal.aborted) throw error
      const reason = await whyNotHealthy(task, port, settings)
      book.output(task.output)
      throw new errors.RehearsalImpossible(reason)
    } finally {
      clearTimeout(timer)
    }
  }

  #deregister (book: TaskBook): void {
    book.stop('deregistered')
    this.#options.targets.deregister(book.task)
    if (book.record.stop!.signalled === undefined) book.state('DEACTIVATING')
  }

  /** SIGTERM, at the worst moment if that is asked for; then watches for the listener to close. */
  async #terminate (task: Task, book: TaskBook, until: AbortSignal, signalled: () => void): Promise<void> {
    const { agent, probes } = this.#options
    const signal = (): void => {
      if (until.aborted) return // it has gone by itself
      agent.desired(book.task, 'STOPPED')
      book.stop('signalled')
      book.state('STOPPING')
      task.signal('SIGTERM')
      signalled()
    }
    if (probes) probes.around(book.task, task, signal).catch((error: unknown) => this.#fail(error))
    else signal()
    if (await listenerClosed(task, until)) book.stop('listenerClosed')
  }

  /** ECS does not stop a protected task before it says so, or its protection has run out. */
  async #unprotected (task: number): Promise<void> {
    const { agent, now, signal } = this.#options
    while ((agent.protectedUntil(task) ?? 0) > now()) await timers.setTimeout(LOOK, undefined, { signal })
  }
}
