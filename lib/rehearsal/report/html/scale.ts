/** From a value to a place, with a tenth of a unit's precision: a finer one only makes the file longer. */
export type Scale = (value: number) => number

type Range = readonly [number, number]

/** Values outside of the domain are put at its ends. */
export function linear ([first, last]: Range, [from, to]: Range): Scale {
  return (value) => {
    const share = Math.min(1, Math.max(0, (value - first) / (last - first)))
    return Math.round((from + share * (to - from)) * 10) / 10
  }
}

/** As linear, of the logarithm; the domain is above 0. */
export function logarithmic ([first, last]: Range, range: Range): Scale {
  const scale = linear([Math.log10(first), Math.log10(last)], range)
  return (value) => scale(Math.log10(Math.max(value, first)))
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600]

/** Round instants from 0 to `end`, a dozen at most. All in milliseconds. */
export function timeTicks (end: number): number[] {
  const step = 1_000 * (STEPS.find((seconds) => end / (seconds * 1_000) <= 12) ?? Math.ceil(end / 12_000))
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step)
}

/** The powers of ten within the domain. */
export function powersOfTen ([first, last]: Range): number[] {
  const powers = []
  for (let power = Math.ceil(Math.log10(first)); 10 ** power <= last; power++) powers.push(10 ** power)
  return powers
}

/** The range from the 1, 2 or 5 times a power of ten below `least` to the one above `most`. */
export function niceDomain (least: number, most: number): [number, number] {
  const nice = (value: number, pick: (steps: number[]) => number | undefined): number => {
    const power = 10 ** Math.floor(Math.log10(value))
    return pick([1, 2, 5, 10].map((step) => step * power))!
  }
  const first = nice(least, (steps) => steps.findLast((step) => step <= least))
  return [first, Math.max(nice(most, (steps) => steps.find((step) => step >= most)), first * 10)]
}
