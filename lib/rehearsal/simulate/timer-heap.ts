/** Something that is due at an instant. */
export interface Due {
  readonly at: number
  /** Of two that are due at the same instant, the lower goes first. */
  readonly turn: number
}

/** A binary heap: whatever is due next is at hand, and adding or taking one of n costs log n. */
export class TimerHeap<Item extends Due> {
  readonly #items: Item[] = []

  get next (): Item | undefined {
    return this.#items[0]
  }

  add (item: Item): void {
    const items = this.#items
    let hole = items.length
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (!before(item, items[parent]!)) break
      items[hole] = items[parent]!
      hole = parent
    }
    items[hole] = item
  }

  take (): Item | undefined {
    const items = this.#items
    const first = items[0]
    const last = items.pop()
    if (last !== undefined && items.length > 0) this.#sink(last)
    return first
  }

  /** Finds the place from the top down for `item`, which replaces the first. */
  #sink (item: Item): void {
    const items = this.#items
    let hole = 0
    for (;;) {
      const left = 2 * hole + 1
      const child = left + 1 < items.length && before(items[left + 1]!, items[left]!) ? left + 1 : left
      if (child >= items.length || !before(items[child]!, item)) break
      items[hole] = items[child]!
      hole = child
    }
    items[hole] = item
  }
}

function before (a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.turn < b.turn)
}
