interface Waiting<Item, Answer> {
  readonly item: Item
  answer (answer: Answer): void
}

/**
 * A function that asks for one thing. What it is asked for within one turn of the event loop goes together, at most `most` at a time, to
 * `all`, which answers in the order in which it was asked, and must not reject.
 */
export function gathered<Item, Answer> (
  most: number, all: (items: readonly Item[]) => Promise<readonly Answer[]>
): (item: Item) => Promise<Answer> {
  let waiting: Array<Waiting<Item, Answer>> = []
  const go = async (some: ReadonlyArray<Waiting<Item, Answer>>): Promise<void> => {
    const answers = await all(some.map(({ item }) => item))
    some.forEach(({ answer }, index) => answer(answers[index]!))
  }
  const flush = (): void => {
    const taken = waiting
    waiting = []
    for (let first = 0; first < taken.length; first += most) void go(taken.slice(first, first + most))
  }
  return async (item) => await new Promise((resolve) => {
    if (waiting.length === 0) setImmediate(flush)
    waiting.push({ item, answer: resolve })
  })
}
