import type { ForwardRecord, TargetHealth } from '../../../types/rehearsal'
import type { Now } from '../monotonic'

export type Outcome = ForwardRecord['outcome']

/** Whither a request went. */
export type Way = Pick<ForwardRecord, 'task' | 'connection' | 'use'> & { readonly health?: TargetHealth }

/** One request's line in the ledger, while it is being written. */
export interface Entry {
  /** Which target was chosen for it, and then on which connection it went. */
  went (way: Way): void
  /** It has been written to a target. */
  written (): void
  /** How it ended; what is said after that is not heard. */
  ended (outcome: Outcome, rest?: Pick<ForwardRecord, 'status' | 'cause'>): void
}

/** Without an id there is no line: health checks of the load, or of whoever looks on. */
const NO_ENTRY: Entry = { went () {}, written () {}, ended () {} }

/** What the balancer forwarded, one record for each request that carries an id. */
export class Ledger {
  readonly #now: Now
  readonly #records: ForwardRecord[] = []
  readonly #dispatched = new Set<string>()
  readonly #waiting = new Map<string, Array<() => void>>()

  constructor (now: Now) {
    this.#now = now
  }

  begin (id: string | undefined, node: number): Entry {
    if (id === undefined) return NO_ENTRY
    const at = this.#now()
    let way: Way = {}
    let open = true
    return {
      went: (further) => { way = { ...way, ...further } },
      written: () => this.#dispatch(id),
      ended: (outcome, rest) => {
        if (!open) return
        open = false
        this.#records.push({ id, node, ...way, at, ended: this.#now(), outcome, ...rest })
        this.#dispatch(id)
      }
    }
  }

  /** Resolves once a request has been written to a target, or has ended without. */
  async dispatched (id: string): Promise<void> {
    if (this.#dispatched.has(id)) return
    await new Promise<void>((resolve) => this.#waiting.set(id, [...this.#waiting.get(id) ?? [], resolve]))
  }

  /** The records since the last time. */
  take (): ForwardRecord[] {
    return this.#records.splice(0)
  }

  #dispatch (id: string): void {
    this.#dispatched.add(id)
    for (const resolve of this.#waiting.get(id) ?? []) resolve()
    this.#waiting.delete(id)
  }
}
