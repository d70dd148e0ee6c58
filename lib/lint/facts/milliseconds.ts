/** AWS's seconds. */
export function milliseconds (seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1_000)
}
