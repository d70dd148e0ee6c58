import { seeded, within } from './random'

/** How late a node learns of a task's deregistration: the same draw on this machine and on paper. In the unit of `range`. */
export function lagOf (seed: number, node: number, task: number, range: readonly [number, number]): number {
  return within(seeded(seed, `lag of ${node} about ${task}`), range)
}
