import type { Random } from '../random'

const KEPT = 1_000

/** The ids of the last 1,000 requests that were answered as expected, by route. */
export class RecentIds {
  readonly #routes = new Map<string, { readonly ids: string[], next: number }>()

  add (route: string, id: string): void {
    const kept = this.#routes.get(route) ?? { ids: [], next: 0 }
    this.#routes.set(route, kept)
    kept.ids[kept.next] = id
    kept.next = (kept.next + 1) % KEPT
  }

  has (route: string): boolean {
    return this.#routes.has(route)
  }

  /** Any of them, each as likely as the other; undefined if there is none. */
  pick (route: string, random: Random): string | undefined {
    const { ids } = this.#routes.get(route) ?? { ids: [] }
    return ids[Math.floor(random() * ids.length)]
  }
}
