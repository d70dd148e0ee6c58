import { summarise } from '../statistics'
import { behaviourChecks } from './behaviour-table'
import { sum } from './cells'
import { costChecks } from './cost-table'
import { lostIn } from './loss-table'
import type { Results } from './results'
import { ours } from './setups'

/** One number that is promised, and whether it was met. */
export interface Check {
  readonly met: boolean
  readonly sentence: string
}

/** How long a task of ours may stay once its listener is closed and its last answer given, in milliseconds. */
const MOST_TAIL = 250

/** All that is promised of this package in the parts that were measured. */
export function verdict (results: Results): Check[] {
  return [...costChecks(results.cost), ...lossChecks(results), ...behaviourChecks(results)]
}

export function lossChecks ({ losses }: Pick<Results, 'losses'>): Check[] {
  const own = losses.filter(({ id }) => id === ours)
  if (own.length === 0) return []
  const [lost, exits, tails] = [sum(own.map(lostIn)), own.flatMap((run) => run.exits), own.flatMap((run) => run.tails)]
  const clean = exits.filter((exit) => exit === '0').length
  return [
    { met: lost === 0, sentence: `Lost in ${exits.length} stops of this plugin: ${lost} (0 allowed).` },
    { met: clean === exits.length, sentence: `${clean} of them ended with exit code 0.` },
    ...tails.length === 0 ? [] : [tailCheck(tails)]
  ]
}

function tailCheck (tails: readonly number[]): Check {
  const { median } = summarise(tails)
  const sentence = `From the closed listener or the last answer to the exit: ${median.toFixed(0)} ms in the median of ${tails.length} stops, ${Math.max(...tails)} ms at most (${MOST_TAIL} allowed in the median).`
  return { met: median <= MOST_TAIL, sentence }
}
