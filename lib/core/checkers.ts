/** A load balancer's node, as far as its health probes tell. Instants in milliseconds of the task's clock. */
export interface Checker {
  /** When its latest probes arrived, the last one last. */
  readonly probes: readonly number[]
  /** How many 503s it has had since the signal, and when the last one went out. */
  readonly refusals: number
  readonly lastRefusal: number
}

/** Enough to know an interval, few enough to forget a pause in which the node was away. */
const PROBES_KEPT = 5
/** An ALB has a handful of nodes; more addresses than this are no balancer's. */
const CHECKERS_KEPT = 64

/**
 * Who checks this task's health, by remote address: each ALB node probes on its own and from its own address, and each
 * must be told by itself. Kept while the task is ready too, so that a node between two probes is known at the signal.
 */
export class Checkers {
  readonly #byAddress = new Map<string, Checker>()

  /** A probe arrived on the readiness route. */
  probed (address: string, now: number): void {
    const known = this.#byAddress.get(address)
    const probes = [...(known?.probes ?? []), now].slice(-PROBES_KEPT)
    this.#byAddress.delete(address) // the map stays in the order of the last probe
    this.#byAddress.set(address, { refusals: 0, lastRefusal: 0, ...known, probes })
    if (this.#byAddress.size > CHECKERS_KEPT) this.#byAddress.delete(this.#byAddress.keys().next().value!)
  }

  /** A 503 that says so has gone out to the checker. */
  refused (address: string, now: number): void {
    const known = this.#byAddress.get(address)
    if (known) this.#byAddress.set(address, { ...known, refusals: known.refusals + 1, lastRefusal: now })
  }

  all (): Checker[] {
    return [...this.#byAddress.values()]
  }
}
