import type { Copy } from '../../lib/rehearsal/machine'
import type { ServerRecord } from '../../types/rehearsal'
import type { Deed } from './causes'

/** Work that was begun again though nobody had handed it back. */
export interface BegunAgain {
  readonly id: string
  /** Who had it before. */
  readonly by: number
  readonly at: number
}

/** Follows who has which piece of work, by what the workers write. */
export class Work {
  readonly #read = new WeakMap<Copy, number>()
  readonly #begun = new Map<string, number>()
  readonly #again: BegunAgain[] = []
  done = 0

  read (workers: readonly Copy[]): void {
    const fresh = workers.flatMap((copy) => {
      const records = copy.task.ledger.slice(this.#read.get(copy) ?? 0)
      this.#read.set(copy, copy.task.ledger.length)
      return records
    })
    for (const record of fresh.sort((a, b) => a.at - b.at)) this.#hear(record)
  }

  /** Since the last time. */
  takeAgain (): BegunAgain[] {
    return this.#again.splice(0)
  }

  #hear ({ id, event, task, at }: ServerRecord): void {
    const by = this.#begun.get(id)
    if (event === 'start') {
      if (by !== undefined) this.#again.push({ id, by, at })
      this.#begun.set(id, task)
    }
    if (event === 'handed-back') this.#begun.delete(id)
    if (event === 'effect') this.done++
  }
}

/** Whether a worker that was killed had it: it comes again when its visibility timeout is over. */
export function isExcused ({ by, at }: BegunAgain, deeds: readonly Deed[]): boolean {
  return deeds.some(({ task, kind, from }) => kind === 'killed' && task === by && from <= at)
}
