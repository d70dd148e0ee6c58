import { columns } from '../columns'
import { slopeOf, difference, type Point, type Slope } from '../soak/slope'
import type { Kind } from './kinds'

/** Bytes of heap, with the plugin and without. */
export interface Pair {
  readonly own: number
  readonly control: number
}

/** One round: what each kind left, and what there was in the end. */
export interface Round {
  readonly left: readonly Pair[]
  readonly heap: Pair
}

/** Code is compiled, and old code thrown away, in the beginning: rounds up to this part say nothing. */
const WARM_UP = 1 / 3

export function table (kinds: readonly Kind[], rounds: readonly Round[]): string {
  const settled = rounds.slice(Math.floor(rounds.length * WARM_UP))
  const events = kinds.reduce((sum, { times }) => sum + times, 0)
  const [own, control] = (['own', 'control'] as const).map((whose) => settled.map(({ heap }, at): Point => [at, heap[whose]])) as [Point[], Point[]]
  return [
    ...columns([
      ['what befell the task', 'times', 'bytes each', 'without the plugin'],
      ...kinds.map(({ name, times }, index) => {
        const each = (whose: keyof Pair): string => (median(settled.map(({ left }) => left[index]![whose])) / times).toFixed(1)
        return [name, count(times * rounds.length), each('own'), each('control')]
      })
    ]),
    '',
    ...columns([
      ['heap', 'first, MiB', 'last, MiB', 'a round, KiB', '95 % interval'],
      ['with the plugin', ...heaps(own)],
      ['without', ...heaps(control)],
      ['between them', '', '', ...slope(slopeOf(difference(own, control)))]
    ]),
    '',
    `After garbage collection; rounds ${rounds.length - settled.length + 1} to ${rounds.length}, each of ${count(events)}. Bytes each are medians: what a kind leaves, less what is thrown away meanwhile.`
  ].join('\n')
}

function heaps (points: readonly Point[]): string[] {
  return [...[points[0]!, points.at(-1)!].map(([, bytes]) => (bytes / 2 ** 20).toFixed(2)), ...slope(slopeOf(points))]
}

function slope ({ perUnit, interval }: Slope): string[] {
  return [kib(perUnit), interval === null ? 'too few rounds' : interval.map(kib).join(' to ')]
}

function kib (bytes: number): string {
  return (bytes / 1_024).toFixed(1)
}

function count (number: number): string {
  return number.toLocaleString('en')
}

function median (values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
