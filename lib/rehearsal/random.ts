/** Draws from 0 up to 1. */
export type Random = () => number

/** A seeded sequence (mulberry32), so that a run can be had again. Different `stream`s of one seed are independent. */
export function seeded (seed: number, stream = ''): Random {
  let state = [...stream].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193), seed ^ 0x811c9dc5)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A value of `range`, ends included in the sense of reals. */
export function within (random: Random, [least, most]: readonly [number, number]): number {
  return least + random() * (most - least)
}
