import type { Loader } from '../load'
import type { Machine } from '../machine'
import { seeded } from '../../lib/rehearsal/random'
import { figureOf, measureSlices, type Figure } from '../slices'
import { summarise } from '../statistics'
import { bare, type Setup } from './setups'

/** A second bare server: what it differs by is noise. */
export const control = 'control'

/** By set-up, a figure for each slice of a second: how it did beside its neighbours in time, over how the bare server did beside its own in the median. */
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

  const of = (index: number, key: 'rate' | 'cpu'): number[] => local.filter((_, place) => turns[place] === index).map((figure) => figure[key])
  const level = { rate: summarise(of(0, 'rate')).median, cpu: summarise(of(0, 'cpu')).median }
  const over = (index: number, key: 'rate' | 'cpu'): number[] => of(index, key).map((ratio) => Number((ratio / level[key]).toFixed(4)))
  return ids.map((id, index) => ({ id, rate: over(index, 'rate'), cpu: over(index, 'cpu') })).slice(1)
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
