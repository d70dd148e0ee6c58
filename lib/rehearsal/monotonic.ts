/** Milliseconds on the machine's own clock, which all its processes share and nobody sets. */
export function monotonic (): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Milliseconds since the run's epoch. */
export type Now = () => number

export function since (epoch: number): Now {
  return () => monotonic() - epoch
}
