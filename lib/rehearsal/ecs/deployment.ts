import type { Order } from '../../../types/rehearsal'
import { nextStep, type Capacity } from './scheduler'

/** Where tasks live: on this machine, or on paper. */
export interface Stage<Task> {
  /** Resolves once the task has traffic. */
  start (): Promise<Task>
  /** Resolves once it is gone. */
  stop (task: Task, order: Order): Promise<void>
}

/**
 * Replaces `old` tasks by new ones as a rolling deployment does, and resolves to the new ones once the last old one is gone.
 * Rejects with the first that goes wrong.
 */
export async function deploy<Task> (stage: Stage<Task>, capacity: Capacity, old: readonly Task[], order: Order): Promise<Task[]> {
  const waiting = [...old]
  const fresh: Task[] = []
  const underWay = new Set<Promise<void>>()
  let starting = 0
  let stopping = 0

  const begin = (work: Promise<void>): void => {
    const done: Promise<void> = work.finally(() => underWay.delete(done))
    underWay.add(done)
  }
  const start = async (): Promise<void> => {
    starting++
    const task = await stage.start()
    starting--
    fresh.push(task)
  }
  const stop = async (task: Task): Promise<void> => {
    stopping++
    await stage.stop(task, order)
    stopping--
  }

  for (;;) {
    const step = nextStep(capacity, { old: waiting.length, stopping, starting, healthy: fresh.length })
    for (let count = 0; count < step.start; count++) begin(start())
    for (const task of waiting.splice(0, step.stop)) begin(stop(task))
    if (underWay.size === 0) return fresh
    await Promise.race(underWay)
  }
}
