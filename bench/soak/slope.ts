/** How fast something grows, by pairs of samples: no tail and no hiccup of a busy machine moves it far. */
export interface Slope {
  readonly count: number
  readonly perUnit: number
  /** Holds the true slope with a confidence of 95 %; null where there are too few samples to tell. */
  readonly interval: readonly [low: number, high: number] | null
}

export type Point = readonly [at: number, value: number]

/** The median of the slopes between all pairs, with the interval that follows from Kendall's rank test (Theil and Sen). */
export function slopeOf (points: readonly Point[]): Slope {
  const slopes = points.flatMap(([at, value], index) => points.slice(index + 1)
    .flatMap(([later, grown]) => later === at ? [] : [(grown - value) / (later - at)])).sort((a, b) => a - b)
  const count = points.length
  if (slopes.length === 0) return { count, perUnit: 0, interval: null }

  const middle = (slopes.length - 1) / 2
  const perUnit = (slopes[Math.floor(middle)]! + slopes[Math.ceil(middle)]!) / 2
  const spread = 1.96 * Math.sqrt(count * (count - 1) * (2 * count + 5) / 18)
  const low = Math.floor((slopes.length - spread) / 2)
  const interval = low < 1 ? null : [slopes[low - 1]!, slopes[slopes.length - low]!] as const
  return { count, perUnit, interval }
}

/** What is left of the one series when the other, sampled at the same instants, is taken away. */
export function difference (series: readonly Point[], control: readonly Point[]): Point[] {
  return series.map(([at, value], index) => [at, value - control[index]![1]])
}
