import type { Copy } from '../../lib/rehearsal/machine'
import type { ServerRecord } from '../../types/rehearsal'
import type { Deed } from './causes'

/** Work that was begun again though nobody had handed it back. */
export interface BegunAgain {
  readonly id: string
  /** Who had it before. */
  readonly by: number
  readonly at: number
  /** Whether the handler had ended there without an effect: by an error of its own. */
  readonly failed: boolean
}

/** Follows who has which piece of work, by what the workers write. */
export class Work {
  readonly #read = new WeakMap<Copy, number>()
  readonly #begun = new Map<string, { readonly by: number, failed: boolean }>()
  readonly #effected = new Set<string>()
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
    const before = this.#begun.get(id)
    if (event === 'start') {
      if (before) this.#again.push({ id, at, ...before })
      this.#begun.set(id, { by: task, failed: false })
    }
    if (event === 'handed-back') this.#begun.delete(id)
    if (event === 'effect') {
      this.done++
      this.#effected.add(id)
    }
    if (event === 'end' && before && !this.#effected.has(id)) before.failed = true
  }
}

/**
 * Why it comes again when its visibility timeout is over, if that is excused: a worker that was `killed` had it, or its handler `failed`
 * because PostgreSQL did not answer.
 */
export function excuseOf ({ by, at, failed }: BegunAgain, deeds: readonly Deed[]): 'killed' | 'failed' | undefined {
  const befell = (...kinds: Array<Deed['kind']>): boolean => deeds.some(({ task, kind, from }) => kinds.includes(kind) && task === by && from <= at)
  if (befell('killed')) return 'killed'
  return failed && befell('postgres-stalled', 'postgres-silent') ? 'failed' : undefined
}
