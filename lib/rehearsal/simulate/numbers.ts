export type Span = readonly [from: number, until: number]

/** How many spans there were at once, at most. One that ends makes room for one that begins at that instant. */
export function peakOf (spans: readonly Span[]): number {
  const changes = spans.flatMap(([from, until]) => [[from, 1], [until, -1]] as const).sort(([a, up], [b, down]) => a - b || up - down)
  let now = 0
  let peak = 0
  for (const [, change] of changes) {
    now += change
    peak = Math.max(peak, now)
  }
  return peak
}

/** The most that falls into one whole second, counted from `began`. */
export function busiestSecond (events: readonly { readonly at: number, readonly count: number }[], began: number): number {
  const seconds = new Map<number, number>()
  for (const { at, count } of events) {
    const second = Math.floor((at - began) / 1_000)
    seconds.set(second, (seconds.get(second) ?? 0) + count)
  }
  return largest([...seconds.values()])
}

/** Of many, or of none: 0. */
export function largest (numbers: readonly number[]): number {
  return numbers.reduce((a, b) => Math.max(a, b), 0)
}

export function sum (numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
