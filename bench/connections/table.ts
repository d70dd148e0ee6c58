import { columns } from '../columns'
import { summarise, type Range } from '../statistics'
import type { Drain } from './drains'
import { modes, type MemoryCost } from './memory'

export interface ConnectionsResults {
  readonly connections: number
  /** By what was drained, in the order of the table. */
  readonly drains: Readonly<Record<string, readonly Drain[]>>
  readonly memory?: MemoryCost
}

/** The results for people. */
export function connectionsTable ({ connections, drains, memory }: ConnectionsResults): string {
  const parts = [
    ...Object.keys(drains).length > 0 ? [drainLines(drains), clientLines(drains)] : [],
    ...memory ? [memoryLines(memory)] : []
  ]
  return [`${connections} connections`, ...parts.flatMap((lines) => ['', ...lines]), ''].join('\n')
}

function drainLines (drains: ConnectionsResults['drains']): string[] {
  return [
    ...columns([
      ['the server', 'runs', 'SIGTERM to exit, s', 'max', 'beyond the plan, ms', 'max',
        'longest block, ms', 'max', 'on the CPU', 'in phase', 'cut', 'exits'],
      ...Object.entries(drains).map(([name, runs]) => {
        const [elapsed, beyond] = [runs.map((run) => run.elapsed / 1_000), runs.map((run) => run.beyond)]
        const delays = runs.map(({ loop }) => loop.delay)
        const worst = runs.flatMap(({ loop }) => loop.blocks).reduce((longest, block) => block.length > longest.length ? block : longest, NONE)
        return [
          name, String(runs.length), ...medianAndMost(elapsed, 2), ...medianAndMost(beyond, 0), ...medianAndMost(delays, 0),
          worst.cpu.toFixed(0), worst.phase,
          several(runs.map(({ report }) => report.cut.requests + report.cut.upgraded)), several(runs.map(({ exit }) => exit))
        ]
      })
    ]),
    'Beyond the plan: after the drain delay or, where connections are cut, the force point. A block is the longest between two turns of the',
    'loop; what of the longest of all the process did not spend on the CPU, it waited for the machine.'
  ]
}

const NONE = { length: 0, cpu: 0, phase: '–' }

function clientLines (drains: ConnectionsResults['drains']): string[] {
  return columns([
    ['their clients', 'ended by', 'close frames', 'told',
      'goodbyes, s after SIGTERM', 'middle half', 'most in a second', 'as the report says'],
    ...Object.entries(drains).map(([name, runs]) => {
      const { clients } = runs[0]!
      const sum = (key: 'ends' | 'closeFrames'): string => total(runs.map((run) => run.clients[key]))
      return [
        name, sum('ends'), sum('closeFrames'), several(runs.map(({ report }) => report.webSockets.told)),
        seconds(clients.between), seconds(clients.middleHalf), several(runs.map((run) => run.clients.peakPerSecond)),
        several(runs.map(({ report }) => report.webSockets.peakPerSecond))
      ]
    })
  ]).concat('Ends and close frames of all runs; goodbyes of the first.')
}

function memoryLines ({ samples, summaries }: MemoryCost): string[] {
  return [
    ...columns([
      ['bytes per connection', 'heap', 'middle half', '95 % interval', 'RSS', 'middle half', '95 % interval'],
      ...[...modes, 'added', 'noise'].map((name) => {
        const figures = [summaries.heap, summaries.rss].map((kind) => kind[name as keyof typeof kind])
        return [name, ...figures.flatMap(({ median, quartiles, interval }) => [median.toFixed(0), range(quartiles, 0), range(interval, 0)])]
      })
    ]),
    `Medians of ${samples.length / modes.length} rounds, after garbage collection, of idle keep-alive connections. Added: the plugin to bare; noise: a second bare server to bare.`
  ]
}

function medianAndMost (figures: readonly number[], digits: number): string[] {
  return [summarise(figures).median, Math.max(...figures)].map((figure) => figure.toFixed(digits))
}

/** What differs from run to run is listed. */
function several (values: ReadonlyArray<string | number | null>): string {
  return [...new Set(values.map(String))].join(', ')
}

function total (counts: ReadonlyArray<Readonly<Record<string, number>>>): string {
  const sums: Record<string, number> = {}
  for (const [name, count] of counts.flatMap((each) => Object.entries(each))) sums[name] = (sums[name] ?? 0) + count
  return Object.entries(sums).map(([name, count]) => `${count} × ${name}`).join(', ') || '–'
}

function seconds (range: Range | null): string {
  return range === null ? '–' : range.map((value) => (value / 1_000).toFixed(2)).join(' to ')
}

function range (range: Range | null, digits: number): string {
  return range === null ? '–' : range.map((value) => value.toFixed(digits)).join(' to ')
}
