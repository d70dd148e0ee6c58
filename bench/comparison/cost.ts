import type { Loader } from '../load'
import type { Machine } from '../machine'
import { measureSideBySide } from '../slices'
import { bare, type Setup } from './setups'

/** A second bare server: what it differs by is noise. */
export const control = 'control'

/** By set-up, a figure for each round, as ratios to the bare server of the same round. */
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

/** All of them in every round; each round begins with another, and its second slices go the other way about. */
export async function measureCost (
  ids: readonly string[], rounds: number, machine: Machine, loader: Loader, progress: (round: number) => void
): Promise<CostSeries[]> {
  const contestants = ids.map((id) => ({ file: 'peers/server.js', args: (id === control ? bare : id).split('/') }))
  const series = ids.map((id) => ({ id, rate: [] as number[], cpu: [] as number[] }))
  for (let round = 0; round < rounds; round++) {
    progress(round + 1)
    const places = ids.map((_, place) => (place + round) % ids.length)
    const figures = await measureSideBySide(contestants, [...places, ...places.toReversed()], machine, loader)
    for (const [index, { rate, cpu }] of figures.entries()) {
      series[index]!.rate.push(rounded(rate / figures[0]!.rate))
      series[index]!.cpu.push(rounded(cpu / figures[0]!.cpu))
    }
  }
  return series
}

function rounded (ratio: number): number {
  return Number(ratio.toFixed(4))
}
