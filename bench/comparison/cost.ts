import type { Loader } from '../load'
import type { Machine } from '../machine'
import { seeded } from '../../lib/rehearsal/random'
import { figureOf, measureSlices, type Figure } from '../slices'
import { summarise } from '../statistics'
import { bare, type Setup } from './setups'

/** A second bare server: what it differs by is noise. */
export const control = 'control'

/** By set-up, a figure for each slice of a second: how it did beside its neighbours in time, over how the two bare servers did beside theirs in the median. */
export interface CostSeries {
  readonly id: string
  readonly rate: readonly number[]
  readonly cpu: readonly number[]
}

/** What is measured against the bare server: a peer's set-ups differ only once a signal has come, so one of each is enough. */
export function contestantsOf (setups: readonly Setup[]): string[] {
  const installed = setups.map(({ id }) => id).filter((id) => id.endsWith('/installed') && id !== bare)
  return [bare, control, ...installed]
}

/** Slices of each in a round. */
const SLICES = 3

/**
 * All of them in every round, in another order for each of its slices. Every slice is held against the one before it and the one after it, whosever they
 * are: on a machine that others use, only what lies seconds apart can be compared. A bare server between any two would be the simpler measure and a wrong
 * one: so much hotter than the rest, it came out a tenth faster than its own control.
 */
export async function measureCost (
  ids: readonly string[], rounds: number, machine: Machine, loader: Loader, progress: (round: number) => void
): Promise<CostSeries[]> {
  const contestants = ids.map((id) => ({ file: 'peers/server.js', args: (id === control ? bare : id).split('/') }))
  const turns: number[] = []
  const local: Array<Pick<Figure, 'rate' | 'cpu'>> = []
  for (let round = 0; round < rounds; round++) {
    progress(round + 1)
    const own = Array.from({ length: SLICES }, (_, slice) => shuffled(ids.length, round * SLICES + slice)).flat()
    const figures = (await measureSlices(contestants, own, machine, loader)).map((slice) => figureOf([slice]))
    turns.push(...own)
    local.push(...besideNeighbours(figures))
  }

  return overBare(ids, turns, local)
}

/**
 * Every set-up's slices over the median of both bare servers': were it one's alone, its luck would shift all rows by the same.
 * `turns` says whose each of the figures is. Without the first bare server, which the control stands for.
 */
export function overBare (ids: readonly string[], turns: readonly number[], figures: ReadonlyArray<Pick<Figure, 'rate' | 'cpu'>>): CostSeries[] {
  const of = (id: string, key: 'rate' | 'cpu'): number[] => figures.filter((_, place) => ids[turns[place]!] === id).map((figure) => figure[key])
  const level = (key: 'rate' | 'cpu'): number => summarise([...of(bare, key), ...of(control, key)]).median
  const levels = { rate: level('rate'), cpu: level('cpu') }
  const over = (id: string, key: 'rate' | 'cpu'): number[] => of(id, key).map((ratio) => Number((ratio / levels[key]).toFixed(4)))
  return ids.filter((id) => id !== bare).map((id) => ({ id, rate: over(id, 'rate'), cpu: over(id, 'cpu') }))
}

/** Each as a ratio to the mean of the one before it and the one after it. */
export function besideNeighbours (figures: ReadonlyArray<Pick<Figure, 'rate' | 'cpu'>>): Array<Pick<Figure, 'rate' | 'cpu'>> {
  return figures.map(({ rate, cpu }, place) => {
    const neighbours = [figures[place - 1], figures[place + 1]].filter((figure) => figure !== undefined)
    const mean = (key: 'rate' | 'cpu'): number => neighbours.reduce((sum, figure) => sum + figure[key], 0) / neighbours.length
    return { rate: rate / mean('rate'), cpu: cpu / mean('cpu') }
  })
}

/** The numbers below `count` in an order that `seed` settles. */
export function shuffled (count: number, seed: number): number[] {
  const random = seeded(seed, 'turns')
  return Array.from({ length: count }, (_, index) => ({ index, place: random() })).toSorted((a, b) => a.place - b.place).map(({ index }) => index)
}
