import type { Loader } from '../load'
import type { Machine } from '../machine'
import { figureOf, measureSlices } from '../slices'
import { bare, type Setup } from './setups'

/** A second bare server: what it differs by is noise. */
export const control = 'control'

/** By set-up, a figure for each slice, as the ratio to the bare server's slices just before and after it. */
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
const SLICES = 2

/**
 * All of them in every round, each of which begins with another; between any two slices the bare server has one of its own, so that every figure is held
 * against its neighbours in time. On a machine that others use, that is what makes ratios mean something.
 */
export async function measureCost (
  ids: readonly string[], rounds: number, machine: Machine, loader: Loader, progress: (round: number) => void
): Promise<CostSeries[]> {
  const contestants = ids.map((id) => ({ file: 'peers/server.js', args: (id === control ? bare : id).split('/') }))
  const others = ids.slice(1).map((id) => ({ id, rate: [] as number[], cpu: [] as number[] }))
  for (let round = 0; round < rounds; round++) {
    progress(round + 1)
    const turns = turnsOf(others.length, round)
    const figures = (await measureSlices(contestants, turns, machine, loader)).map((slice) => figureOf([slice]))
    for (const [place, turn] of turns.entries()) {
      if (turn === 0) continue
      const [before, own, after] = [figures[place - 1]!, figures[place]!, figures[place + 1]!]
      others[turn - 1]!.rate.push(rounded(2 * own.rate / (before.rate + after.rate)))
      others[turn - 1]!.cpu.push(rounded(2 * own.cpu / (before.cpu + after.cpu)))
    }
  }
  return others
}

/** Bare, one, bare, another, … bare; the others from 1 on, once forward and once backward, beginning with another in each round. */
export function turnsOf (others: number, round: number): number[] {
  const forward = Array.from({ length: others }, (_, place) => 1 + (place + round) % others)
  const all = Array.from({ length: SLICES }, (_, slice) => slice % 2 === 0 ? forward : forward.toReversed()).flat()
  return [0, ...all.flatMap((turn) => [turn, 0])]
}

function rounded (ratio: number): number {
  return Number(ratio.toFixed(4))
}
