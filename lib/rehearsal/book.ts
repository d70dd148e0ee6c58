import type { Order, RehearsalEvent, StopRecord, TaskRecord, TaskState } from '../../types/rehearsal'
import type { Now } from './monotonic'
import type { TaskExit } from './task/index'

type Writable<T> = { -readonly [key in keyof T]: T[key] }

/** What is written down of one task while it lives. */
export class TaskBook {
  readonly task: number
  readonly #now: Now
  readonly #onEvent: (event: RehearsalEvent) => void
  readonly #record: Writable<TaskRecord> & { readonly states: Array<{ state: TaskState, at: number }> }
  #stop?: Writable<StopRecord>

  constructor (task: number, deployment: number, now: Now, onEvent: (event: RehearsalEvent) => void, worker = false) {
    this.task = task
    this.#now = now
    this.#onEvent = onEvent
    this.#record = { task, deployment, states: [], ...worker ? { worker } : {} }
  }

  get record (): TaskRecord {
    return { ...this.#record, ...this.#stop ? { stop: this.#stop } : {} }
  }

  state (state: TaskState): void {
    const at = this.#now()
    this.#record.states.push({ state, at })
    this.#onEvent({ type: 'task', task: this.task, state, order: this.#stop?.order, at })
  }

  healthy (): void {
    this.#record.healthy = this.#now()
  }

  output (text: string): void {
    this.#record.output = text
  }

  /** It has ended. That is an event of its own if nobody had asked it to. */
  ended ({ code, signal, at }: TaskExit, output: string): void {
    if (this.#stop || this.#record.healthy === undefined) return
    this.#record.died = { at, exitCode: code, exitSignal: signal }
    this.#record.output = output
  }

  decided (order: Order): void {
    this.#stop = { order, decided: this.#now(), lookedAway: [] }
  }

  /** Notes what happened to the stop, now unless `at` says otherwise. */
  stop (what: 'deregistered' | 'signalled' | 'secondSignal' | 'listenerClosed', at = this.#now()): void {
    this.#stop![what] ??= at
  }

  exited ({ code, signal, at }: TaskExit): void {
    Object.assign(this.#stop!, { exited: at, exitCode: code, exitSignal: signal })
  }

  lookedAway (at: readonly (number | null)[]): void {
    if (this.#stop) this.#stop.lookedAway = at
  }
}
