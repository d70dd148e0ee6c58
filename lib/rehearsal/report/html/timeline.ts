import type { Order, RunResult } from '../../../../types/rehearsal'
import { isLost } from '../../ledger/index'
import { stopsOf } from '../summary'
import { count, counted, seconds } from '../words'
import { lanes } from './lanes'
import { latency } from './latency'
import { losses } from './losses'
import { markup, type Markup } from './markup'
import { endOf, PLOT, timeScale } from './plot'
import { timeTicks, type Scale } from './scale'

const HEAD = 26
const GAP = 16
const FOOT = 28

/** Tasks, losses and latencies of one run over one time axis; `id` is unique on the page. */
export function timeline (run: RunResult, id: string): Markup {
  const end = endOf(run)
  const x = timeScale(run)
  const tasks = lanes(run, x, HEAD, end)
  const lost = losses(run, x, HEAD + tasks.height + GAP)
  const latencyTop = HEAD + tasks.height + GAP + lost.height + GAP
  const answers = latency(run, x, latencyTop)
  const bottom = latencyTop + answers.height

  return markup`<svg viewBox="0 0 ${PLOT.width} ${bottom + FOOT}" role="img" aria-labelledby="${id}-title ${id}-desc">
<title id="${id}-title">Tasks, lost requests and latencies of the run with seed ${run.seed}</title>
<desc id="${id}-desc">${describe(run)}</desc>
${bands(run).map((band) => drawBand(band, x, bottom))}${ticks(end, x, bottom)}
${guides(run, x, HEAD, bottom)}<path class="rule" d="M0 ${HEAD + tasks.height + GAP / 2}H${PLOT.width}M0 ${latencyTop - GAP / 2}H${PLOT.width}"/>
${tasks.drawn}${lost.drawn}${answers.drawn}</svg>`
}

function describe (run: RunResult): string {
  const lost = run.requests.filter(isLost).length
  return `${counted(run.tasks.length, 'task')}, ${counted(stopsOf(run).length, 'stop')}, ${counted(run.requests.length, 'request')} ` +
    `of which ${count(lost)} lost, in ${seconds(run.duration)}. The tables below say the same in numbers.`
}

interface Band {
  readonly order: Order
  readonly from: number
  readonly to: number
}

/** When each order was performed: stops of the same order that follow each other are one band. */
function bands (run: RunResult): Band[] {
  const found: Band[] = []
  for (const { order, decided, exited } of stopsOf(run).sort((a, b) => a.decided - b.decided)) {
    const last = found.at(-1)
    const to = exited ?? decided
    if (last?.order === order) found[found.length - 1] = { order, from: last.from, to: Math.max(last.to, to) }
    else found.push({ order, from: decided, to })
  }
  return found
}

/** Lanes name their order, too: a band that is too narrow for its name goes without. */
function drawBand ({ order, from, to }: Band, x: Scale, bottom: number): Markup {
  const width = Math.round((x(to) - x(from)) * 10) / 10
  const name = width > order.length * 6 ? markup`<text x="${x(from) + 5}" y="14">${order}</text>` : undefined
  return markup`<g class="band"><rect x="${x(from)}" y="0" width="${width}" height="${bottom}"/>${name}</g>\n`
}

/** What happens to requests is read against the signals: each SIGTERM is drawn through all parts. */
function guides (run: RunResult, x: Scale, top: number, bottom: number): Markup {
  const path = stopsOf(run).map(({ signalled }) => signalled === undefined ? '' : `M${x(signalled)} ${top}V${bottom}`)
  return markup`<path class="guide" d="${path.join('')}"/>\n`
}

function ticks (end: number, x: Scale, bottom: number): Markup[] {
  return timeTicks(end).map((at) => markup`<path class="grid" d="M${x(at)} ${HEAD - 4}V${bottom}"/><text class="tick" x="${x(at)}" y="${
    bottom + 18}">${at / 1_000} s</text>\n`)
}
