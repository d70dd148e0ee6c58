/** Runs every piece of work, at most `limit` at a time; resolves with the results in the order of the work. Rejects with the first failure, when nothing runs any more. */
export async function sideBySide<T> (limit: number, work: ReadonlyArray<() => Promise<T>>): Promise<T[]> {
  const results: T[] = []
  const failures: unknown[] = []
  const waiting = work.entries()
  const worker = async (): Promise<void> => {
    for (const [index, run] of waiting) {
      if (failures.length > 0) return
      await run().then((result) => { results[index] = result }, (error: unknown) => { failures.push(error) })
    }
  }

  await Promise.all(Array.from({ length: Math.min(limit, work.length) }, worker))
  if (failures.length > 0) throw failures[0]
  return results
}
