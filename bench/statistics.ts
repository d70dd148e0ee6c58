/** How samples lie. Nothing is assumed of their distribution: a noisy machine's has a long tail on one side. */
export interface Summary {
  readonly count: number
  readonly median: number
  /** The middle half of the samples lies between these two. */
  readonly quartiles: Range
  /** Holds the true median with a confidence of 95 % at least; null for fewer than six samples, which cannot tell. */
  readonly interval: Range | null
}

export type Range = readonly [low: number, high: number]

/** Needs one sample at least. */
export function summarise (samples: readonly number[]): Summary {
  const sorted = [...samples].sort((a, b) => a - b)
  return {
    count: sorted.length,
    median: quantile(sorted, 0.5),
    quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
    interval: medianInterval(sorted)
  }
}

/** Between two samples, as far along as `part` is (R's type 7, which spreadsheets use as well). */
function quantile (sorted: readonly number[], part: number): number {
  const at = (sorted.length - 1) * part
  const below = sorted[Math.floor(at)]!
  const above = sorted[Math.ceil(at)]!
  return below + (above - below) * (at - Math.floor(at))
}

/**
 * The interval between the k-th samples from either end. The true median lies outside it only if fewer than k samples fell on one side
 * of it, and on which side a sample falls is the toss of a coin: exact, and no resampling.
 */
function medianInterval (sorted: readonly number[]): Range | null {
  let outside = 0
  let tosses = sorted.length * -Math.LN2 // the chance that exactly `k` samples fall below, as a logarithm: with thousands it is too small for a number
  let k = 0
  while (2 * (outside + Math.exp(tosses)) <= 0.05) {
    outside += Math.exp(tosses)
    tosses += Math.log((sorted.length - k) / (k + 1))
    k++
  }
  return k === 0 ? null : [sorted[k - 1]!, sorted[sorted.length - k]!]
}

/** What of the plugin's samples remains when the bare ones of the same rounds are taken away. */
export function differences (plugin: readonly number[], bare: readonly number[]): number[] {
  return plugin.map((value, round) => value - bare[round]!)
}
