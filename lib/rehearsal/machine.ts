import { once } from 'node:events'
import timers from 'node:timers/promises'

import type { Order, RehearsalEvent, RehearsalSettings, ServerRecord, TaskRecord } from '../../types/rehearsal'
import { errors } from '../errors'
import type { BalancerProcess } from './alb/index'
import { TaskBook } from './book'
import type { Stage } from './ecs/deployment'
import { stopSteps } from './ecs/stop-steps'
import type { Now } from './monotonic'
import type { Probes } from './probes'
import type { Random } from './random'
import { whyNotHealthy } from './start-failure'
import { Task, type Agent } from './task/index'

export interface MachineOptions {
  readonly settings: RehearsalSettings
  readonly env: Readonly<Record<string, string>>
  readonly balancer: BalancerProcess
  readonly agent: Agent
  /** Hands out ports, each once. */
  nextPort (): Promise<number>
  /** Absent where nothing is to be forced. */
  readonly probes?: Probes
  readonly random: Random
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

/** How often a task that starts or stops is looked at: each look makes the kernel walk all its sockets. */
const LOOK = 200

/** The stage on this machine: real processes behind a balancer, stopped in every order in which ECS may. */
export class Machine implements Stage<Copy> {
  /** Which deployment the tasks that start from now on belong to. */
  deployment = 0
  readonly #options: MachineOptions
  readonly #copies: Copy[] = []

  constructor (options: MachineOptions) {
    this.#options = options
  }

  get records (): TaskRecord[] {
    for (const { book } of this.#copies) book.lookedAway(this.#options.balancer.lookedAway(book.task))
    return this.#copies.map(({ book }) => book.record)
  }

  /** What the services wrote to their ledgers. */
  get ledger (): ServerRecord[] {
    return this.#copies.flatMap(({ task }) => task.ledger)
  }

  /** Starts a task; resolves once every node calls it healthy. Rejects with what a person can mend. */
  async start (): Promise<Copy> {
    const { settings: { command, cwd, pid1, stopTimeout }, env, agent, now, signal, onEvent } = this.#options
    const number = this.#copies.length + 1
    const book = new TaskBook(number, this.deployment, now, onEvent)
    const copy = { book } as { book: TaskBook, task: Task }
    this.#copies.push(copy)

    book.state('PROVISIONING')
    const port = await this.#options.nextPort()
    book.state('PENDING')
    const agents = agent.add({ task: number, port, revision: this.deployment + 1 })
    const options = { task: number, command, cwd, env: { ...env, ...agents.env }, port, pid1, stopTimeoutSeconds: stopTimeout, now }
    copy.task = await Task.start(options).catch(({ message }: Error) => { throw new errors.RehearsalImpossible(message) })
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
    const { settings, balancer, agent, random, signal } = this.#options
    await this.#unprotected(book.task)
    if (book.record.died) return balancer.deregister(book.task) // there is nothing to stop any more
    book.decided(order)
    const steps = stopSteps(order, settings, random)
    const gone = new AbortController()
    const until = AbortSignal.any([gone.signal, signal])
    const after = (duration: number | undefined, then: () => unknown): void => {
      if (duration !== undefined) timers.setTimeout(duration, undefined, { signal: until }).then(then, () => {})
    }

    after(steps.deregister, () => this.#deregister(book))
    after(steps.signal, () => this.#terminate(task, book, until))
    after(steps.secondSignal, () => {
      book.stop('secondSignal')
      task.signal('SIGTERM')
    })
    after(steps.kill, () => {
      book.state('STOPPING')
      task.signal('SIGKILL')
    })

    const exit = await task.exit
    gone.abort()
    book.exited(exit)
    task.kill() // whatever it may have started
    if (book.record.stop!.deregistered === undefined) balancer.deregister(book.task) // what has stopped is taken out in the end
    agent.known(book.task, 'STOPPED')
    book.state('DEPROVISIONING')
    book.state('STOPPED')
  }

  /** Whatever happened: nothing is left behind. */
  end (): void {
    for (const { task } of this.#copies) task?.kill()
  }

  async #healthy ({ task, book }: Copy, port: number): Promise<void> {
    const { settings, balancer, signal } = this.#options
    const limit = new AbortController()
    const timer = setTimeout(() => limit.abort(), settings.startTimeout * 1_000)
    void task.exit.then(() => limit.abort())
    const until = AbortSignal.any([limit.signal, signal])
    try {
      await listening(task, until)
      balancer.register(book.task, port)
      await balancer.healthy(book.task, until)
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
    this.#options.balancer.deregister(book.task)
    if (book.record.stop!.signalled === undefined) book.state('DEACTIVATING')
  }

  /** SIGTERM, at the worst moment if that is asked for; then watches for the listener to close. */
  async #terminate (task: Task, book: TaskBook, until: AbortSignal): Promise<void> {
    const { agent, probes } = this.#options
    const signal = (): void => {
      agent.desired(book.task, 'STOPPED')
      book.stop('signalled')
      book.state('STOPPING')
      task.signal('SIGTERM')
    }
    void (probes ? probes.around(book.task, task, signal) : signal())
    while (!until.aborted) {
      const listening = await task.listening()
      if (listening === undefined) return
      if (!listening && !until.aborted) return book.stop('listenerClosed')
      await timers.setTimeout(LOOK, undefined, { signal: until }).catch(() => {})
    }
  }

  /** ECS does not stop a protected task before it says so, or its protection has run out. */
  async #unprotected (task: number): Promise<void> {
    const { agent, now, signal } = this.#options
    while ((agent.protectedUntil(task) ?? 0) > now()) await timers.setTimeout(LOOK, undefined, { signal })
  }
}

/**
 * Resolves once somebody listens on the task's port, so that the balancer's first check, which comes within a second,
 * finds him: else each start would cost an interval more. Resolves at once where that cannot be seen.
 */
async function listening (task: Task, signal: AbortSignal): Promise<void> {
  while (await task.listening() === false) await timers.setTimeout(LOOK, undefined, { signal })
}

/** Rejects, with the reason, when `signal` aborts before `over` does; never resolves. */
export async function aborted (signal: AbortSignal, over: AbortSignal): Promise<never> {
  if (!signal.aborted) await once(signal, 'abort', { signal: over })
  signal.throwIfAborted()
  return await new Promise(() => {})
}
