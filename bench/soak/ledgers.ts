import type { BalancerProcess } from '../../lib/rehearsal/alb/index'
import type { Copy } from '../../lib/rehearsal/machine'
import type { ForwardRecord, ServerRecord } from '../../types/rehearsal'

/** What the balancer and the services have written, by request, until somebody asks for it: read once, and forgotten then. */
export class Ledgers {
  readonly #balancer: BalancerProcess
  readonly #forwards = new Map<string, ForwardRecord>()
  readonly #server = new Map<string, ServerRecord[]>()
  readonly #read = new WeakMap<Copy, number>()
  #forwarded = 0

  constructor (balancer: BalancerProcess) {
    this.#balancer = balancer
  }

  /** Takes in what is new, from tasks and from the balancer. */
  async read (copies: readonly Copy[]): Promise<void> {
    const forwards = await this.#balancer.ledger()
    for (const record of forwards.slice(this.#forwarded)) this.#forwards.set(record.id, record)
    this.#forwarded = forwards.length
    this.readServers(copies)
  }

  readServers (copies: readonly Copy[]): void {
    for (const copy of copies) {
      const { ledger } = copy.task
      for (const record of ledger.slice(this.#read.get(copy) ?? 0)) {
        const known = this.#server.get(record.id)
        if (known) known.push(record)
        else this.#server.set(record.id, [record])
      }
      this.#read.set(copy, ledger.length)
    }
  }

  hasEffect (id: string): boolean {
    return this.#server.get(id)?.some(({ event }) => event === 'effect') ?? false
  }

  take (ids: readonly string[]): { readonly forwards: ForwardRecord[], readonly server: ServerRecord[] } {
    const forwards = ids.flatMap((id) => this.#forwards.get(id) ?? [])
    const server = ids.flatMap((id) => this.#server.get(id) ?? [])
    for (const id of ids) {
      this.#forwards.delete(id)
      this.#server.delete(id)
    }
    return { forwards, server }
  }
}
