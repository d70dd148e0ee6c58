import type { Random } from '../random'

/**
 * Draws an element as often as its weight says, with one draw whatever comes of it. If that one is not `possible`, the
 * next in order that is takes its place; undefined if there is none. What has no weight is never chosen.
 */
export function chosen<T extends { readonly weight: number }> (
  elements: readonly T[], random: Random, possible: (element: T) => boolean
): T | undefined {
  const weighty = elements.filter(({ weight }) => weight > 0)
  let left = random() * weighty.reduce((sum, { weight }) => sum + weight, 0)
  const drawn = Math.max(0, weighty.findIndex(({ weight }) => (left -= weight) < 0))
  return [...weighty.slice(drawn), ...weighty.slice(0, drawn)].find(possible)
}
