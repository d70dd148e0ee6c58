/** Instants at even distances, without beginning: `first` and every `every` milliseconds before and after it, up to `until`. */
export interface Series {
  readonly first: number
  readonly every: number
  readonly until: number
}

/** The latest instant up to `at`. */
export function latest (series: Series, at: number): number {
  return series.first + index(series, at) * series.every
}

/** How many there are from `first` up to `at`. */
export function countUpTo (series: Series, at: number): number {
  return Math.max(0, index(series, at) + 1)
}

/** The first instant after `at`, whether or not `until` is over. */
export function firstAfter ({ first, every }: Omit<Series, 'until'>, at: number): number {
  return first + (Math.floor((at - first) / every) + 1) * every
}

function index ({ first, every, until }: Series, at: number): number {
  return Math.floor((Math.min(at, until) - first) / every)
}
