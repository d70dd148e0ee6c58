import http from 'node:http'

import type { Figures } from './servers/figures'
import { difference, slopeOf, type Point, type Slope } from './slope'

/** What a task held at an instant, in minutes since the soak began. */
export interface Sample extends Figures {
  readonly at: number
}

/** How one measure changed in a task that lived through everything, with the plugin, without, and between them. */
export interface Growth {
  readonly what: 'heap' | 'rss' | 'handles'
  /** Of the slopes: bytes, or a count, each minute. */
  readonly own: Slope
  readonly control: Slope
  readonly added: Slope
  /** Minutes between the first and the last sample that count. */
  readonly span: number
  /** Whether it grew, and more than the control, by more than chance and more than matters. */
  readonly grew: boolean
}

/** Code is compiled and pools are filled in the beginning: this part of the samples says nothing. */
const WARM_UP = 0.25
/** What a task would have to gain within the soak for anybody to mind: bytes, bytes, and sockets and timers. */
const MATTERS = { heap: 300_000, rss: 10_000_000, handles: 10 } as const

/** Asks a task. */
export async function figuresOf (port: number, at: number): Promise<Sample> {
  const text = await new Promise<string>((resolve, reject) => {
    http.get({ port, path: '/soak/figures', host: '127.0.0.1', agent: false }, (response) => {
      response.setEncoding('utf8').toArray().then((parts) => resolve(parts.join('')), reject)
    }).on('error', reject)
  })
  return { at, ...JSON.parse(text) as Figures }
}

/** Each row: the veteran with the plugin, and the one without. Pure. */
export function growth (rows: ReadonlyArray<readonly Sample[]>): Growth[] {
  const pairs = rows.slice(Math.floor(rows.length * WARM_UP)).filter((row): row is [Sample, Sample] => row.length === 2)
  return (['heap', 'rss', 'handles'] as const).map((what) => {
    const [own, control] = [0, 1].map((index) => pairs.map((row): Point => [row[index]!.at, valueOf(row[index]!, what)])) as [Point[], Point[]]
    const span = pairs.length === 0 ? 0 : pairs.at(-1)![0].at - pairs[0]![0].at
    const slopes = { own: slopeOf(own), control: slopeOf(control), added: slopeOf(difference(own, control)) }
    const grew = [slopes.own, slopes.added].every(({ perUnit, interval }) => interval !== null && interval[0] > 0 && perUnit * span > MATTERS[what])
    return { what, ...slopes, span, grew }
  })
}

function valueOf ({ heap, rss, handles }: Sample, what: Growth['what']): number {
  return what === 'handles' ? Object.values(handles).reduce((sum, count) => sum + count, 0) : { heap, rss }[what]
}
