import timers from 'node:timers/promises'

import type { Balancer } from './balancer'
import { seeded, within, type Random } from './random'
import { Task } from './task'
import type { Rehearsal, TaskRecord, TaskState } from './types'

/** How long ECS may be behind a task that was signalled without it, and how long a start may take. */
const DEREGISTERED_LATE = [1_000, 5_000] as const
const START_LIMIT = 60_000
/** How long the last words of a task that has ended may take to arrive. */
const LAST_WORDS = 1_000

type Writable<T> = { -readonly [key in keyof T]: T[key] }

interface Copy {
  readonly task: Task
  readonly record: Writable<TaskRecord>
}

/** A small ECS: keeps a service's tasks, and replaces them as a rolling deployment with 100 and 200 percent does. */
export class Rollout {
  readonly records: TaskRecord[] = []
  readonly #rehearsal: Rehearsal
  readonly #balancer: Balancer
  readonly #now: () => number
  readonly #random: Random
  #serving: Copy[] = []
  readonly #all = new Set<Task>()
  readonly #over = new AbortController()

  constructor (rehearsal: Rehearsal, balancer: Balancer, now: () => number) {
    this.#rehearsal = rehearsal
    this.#balancer = balancer
    this.#now = now
    this.#random = seeded(rehearsal.seed, 'rollout')
  }

  /** Resolves once all tasks have traffic. Rejects, with what a task said, if one does not come up. */
  async start (): Promise<void> {
    this.#serving = await Promise.all(Array.from({ length: this.#rehearsal.tasks }, () => this.#startTask()))
  }

  /** Starts new tasks, waits until they have traffic, then stops the old ones; resolves once those are gone. */
  async deploy (): Promise<void> {
    const old = this.#serving
    await this.start()
    await Promise.all(old.map((copy) => this.#stopTask(copy)))
  }

  /** Whatever happened: nothing is left behind. */
  end (): void {
    this.#over.abort()
    for (const task of this.#all) task.kill()
  }

  async #startTask (): Promise<Copy> {
    const task = await Task.start(this.#rehearsal)
    this.#all.add(task)
    if (this.#over.signal.aborted) task.kill() // it was being started when everything ended
    const record: Writable<TaskRecord> = { task: this.records.length + 1, started: this.#now() }
    this.records.push(record)
    this.#say(record, 'starting')

    this.#balancer.register(task.port)
    const limit = new AbortController()
    await Promise.race([
      this.#balancer.healthy(task.port, AbortSignal.any([limit.signal, AbortSignal.timeout(START_LIMIT)])),
      task.exit.then(async ({ code, signal }) => {
        task.kill()
        await Promise.race([task.silent, timers.setTimeout(LAST_WORDS, undefined, { ref: false })])
        throw new Error(`task ${record.task} ended while starting (${code ?? signal}):\n${task.output}`)
      })
    ]).catch((error: Error) => {
      throw error.name === 'AbortError' ? new Error(`task ${record.task} was not healthy within ${START_LIMIT / 1_000} s:\n${task.output}`) : error
    }).finally(() => limit.abort())
    this.#say(record, 'serving')
    return { task, record }
  }

  async #stopTask ({ task, record }: Copy): Promise<void> {
    const deregister = async (): Promise<void> => {
      this.#say(record, 'deregistered')
      await this.#balancer.deregister(task.port)
    }
    switch (this.#rehearsal.order) {
      case 'deregister-first':
        await deregister()
        return await this.#terminate(task, record)
      case 'together':
        void deregister()
        return await this.#terminate(task, record)
      case 'signal-first':
        void timers.setTimeout(within(this.#random, DEREGISTERED_LATE), undefined, { signal: this.#over.signal }).then(deregister, () => {})
        return await this.#terminate(task, record)
      case 'health-only':
        await this.#terminate(task, record)
        void deregister() // what has stopped is taken out in the end
    }
  }

  /** SIGTERM, and SIGKILL after the stop timeout. */
  async #terminate (task: Task, record: Writable<TaskRecord>): Promise<void> {
    record.signalled = this.#now()
    this.#say(record, 'signalled')
    task.signal('SIGTERM')
    const kill = setTimeout(() => task.signal('SIGKILL'), this.#rehearsal.stopTimeoutSeconds * 1_000)
    const { code, signal } = await task.exit
    clearTimeout(kill)

    Object.assign(record, { exited: this.#now(), exitCode: code, exitSignal: signal })
    task.kill() // whatever it may have started
    this.#say(record, 'exited')
  }

  #say ({ task }: TaskRecord, state: TaskState): void {
    this.#rehearsal.onEvent?.({ type: 'task', task, state, at: this.#now() })
  }
}
