/** Does all the work, so many pieces at a time, and hands back the results in its order. */
export async function sideBySide<T> (atOnce: number, work: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = []
  const left = [...work.entries()]
  const worker = async (): Promise<void> => {
    for (let next; (next = left.shift());) results[next[0]] = await next[1]()
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, work.length) }, worker))
  return results
}
