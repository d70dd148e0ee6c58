/** What these checks refuse, as sentences. */
export function problems (...checks: ReadonlyArray<() => unknown>): string[] {
  return checks.flatMap((check) => {
    try {
      check()
      return []
    } catch (error) {
      return [(error as Error).message]
    }
  })
}
