import { summarise } from '../../statistics'
import { sum } from '../cells'
import { causes, lostIn } from '../loss-table'
import type { Results } from '../results'
import { ours } from '../setups'
import { STOP_TIMEOUT } from '../subject'
import { dot, line, picture, rect, text, WIDTH, type Colour } from './svg'

const colourOf: Readonly<Record<typeof causes[number], Colour>> = { refused: 'refused', 'closed under it': 'closed', cut: 'cut', 503: 'rejected' }

const NAMES = 262
const BARS = { from: NAMES + 14, to: 560 }
const SECONDS = { from: 610, to: WIDTH - 30 }
const TOP = 104
const ROW = 24

interface Row {
  readonly name: string
  readonly own: boolean
  readonly stops: number
  readonly by: readonly number[]
  readonly lost: number
  readonly seconds: readonly number[]
}

/** The pair of the comparison: what each set-up lost, and how long its stops took. Those that lost least come first. */
export function lossPicture (results: Results): string {
  const rows = rowsOf(results)
  const most = Math.max(1, ...rows.map(({ lost, stops }) => lost / stops))
  const bar = (perStop: number): number => perStop / most * (BARS.to - BARS.from - 34)
  const at = (seconds: number): number => SECONDS.from + seconds / (STOP_TIMEOUT / 1_000) * (SECONDS.to - SECONDS.from)
  const bottom = TOP + rows.length * ROW

  const parts = [
    text(20, 28, 'Rolling deployments behind a balancer that learns late', { size: 16, bold: true }),
    text(BARS.from, 56, 'Requests lost per stop', { bold: true }),
    ...legend(BARS.from, 78),
    text(SECONDS.from, 56, 'SIGTERM to exit, s', { bold: true }),
    ...[0, 10, 20, 30].flatMap((tick) => [
      line(at(tick), TOP - 6, at(tick), bottom, { dashed: tick === 30 }),
      text(at(tick), 94, tick === 30 ? 'SIGKILL' : String(tick), { fill: 'soft', size: 12, anchor: 'middle' })
    ]),
    line(BARS.from, TOP - 6, BARS.from, bottom),
    ...rows.flatMap((row, index) => rowParts(row, TOP + index * ROW, bar, at)),
    text(20, bottom + 24, foot(results, rows), { fill: 'soft', size: 12 })
  ]
  return picture(bottom + 38, 'Requests lost per stop and seconds from SIGTERM to exit, of this plugin and its peers', description(rows), parts)
}

function rowParts (
  { name, own, stops, by, lost, seconds }: Row, y: number, bar: (perStop: number) => number, at: (seconds: number) => number
): string[] {
  const middle = y + ROW / 2
  const { median } = summarise(seconds)
  let x = BARS.from
  const bars = by.flatMap((number, index) => {
    const width = bar(number / stops)
    const drawn = width === 0 ? [] : [rect({ x, y: y + 5, width: Math.max(1, width), height: ROW - 10, fill: colourOf[causes[index]!] })]
    x += width
    return drawn
  })
  return [
    ...own ? [rect({ x: 8, y, width: WIDTH - 16, height: ROW, fill: 'band', radius: 4 })] : [],
    text(NAMES, middle + 4.5, name, { anchor: 'end', fill: own ? 'ours' : 'ink', bold: own }),
    ...bars,
    text(x + 6, middle + 4.5, lost === 0 ? '0' : (lost / stops).toFixed(1), { fill: own ? 'ours' : 'soft', size: 12, bold: own }),
    line(at(Math.min(...seconds)), middle, at(Math.min(30, Math.max(...seconds))), middle, { stroke: own ? 'ours' : 'soft', width: 3 }),
    dot(at(Math.min(30, median)), middle, 4.5, own ? 'ours' : 'ink')
  ]
}

function legend (from: number, y: number): string[] {
  const places = [0, 66, 168, 208]
  return causes.flatMap((cause, index) => [
    rect({ x: from + places[index]!, y: y - 10, width: 11, height: 11, fill: colourOf[cause] }),
    text(from + places[index]! + 15, y, cause, { fill: 'soft', size: 12 })
  ])
}

function rowsOf ({ losses, setups }: Results): Row[] {
  const rows = setups.flatMap(({ id, name }): Row[] => {
    const own = losses.filter((run) => run.id === id)
    if (own.length === 0) return []
    const seconds = own.flatMap((run) => run.seconds)
    const by = causes.map((cause) => sum(own.map(({ lost }) => lost[cause] ?? 0)))
    return [{ name, own: id === ours, stops: seconds.length, by, lost: sum(own.map(lostIn)), seconds }]
  })
  return rows.toSorted((a, b) => a.lost / a.stops - b.lost / b.stops || summarise(a.seconds).median - summarise(b.seconds).median)
}

function foot ({ seeds, parts }: Results, rows: readonly Row[]): string {
  return `${rows[0]?.stops ?? 0} stops of each: four stop orders, two profiles, ${seeds} seeds. Dot: the median stop; line: the shortest to the longest. ${parts.losses?.date}.`
}

function description (rows: readonly Row[]): string {
  return rows.map(({ name, lost, stops, seconds }) => `${name}: ${(lost / stops).toFixed(1)} lost per stop, ${summarise(seconds).median.toFixed(1)} s in the median.`).join(' ')
}
