import type { RequestClass, RequestRecord, RunResult } from '../../../../types/rehearsal'
import { isLost } from '../../ledger/index'
import { LOSSES } from '../summary'
import { count, milliseconds, plain, seconds } from '../words'
import { markup, type Markup } from './markup'
import { PLOT, type Part } from './plot'
import type { Scale } from './scale'

const ROW = 18

/** So many are elements of their own, with a title; the file of a run that lost everything must stay small, too. */
export const TITLED = 2_000

/**
 * A row for each class of loss that occurred, right under the tasks: a cross where the request was planned, a line until it
 * ended. Without losses one empty row says so.
 */
export function losses (run: RunResult, x: Scale, top: number): Part {
  const lost = run.requests.filter(isLost)
  const titled = new Set(lost.slice(0, TITLED))
  const classes = LOSSES.filter((name) => lost.some((request) => request.class === name))
  if (classes.length === 0) return { height: ROW, drawn: [label('lost', 0, top + ROW / 2)] }

  const row = (name: RequestClass, index: number): Markup => {
    const y = top + (index + 0.5) * ROW
    const requests = lost.filter((request) => request.class === name)
    const untitled = requests.filter((request) => !titled.has(request))
    return markup`${label(name, requests.length, y)}<g class="lost"><path class="until" d="${
      requests.map((request) => until(request, x, y)).join('')}"/><path d="${
      untitled.map((request) => cross(x(request.planned), y)).join('')}"/>${
      requests.filter((request) => titled.has(request)).map((request) => single(request, x, y))}</g>\n`
  }
  return { height: classes.length * ROW, drawn: classes.map(row) }
}

function label (name: string, number: number, y: number): Markup {
  return markup`<text class="${number > 0 ? 'label alarm' : 'label'}" x="${PLOT.left - 12}" y="${y + 4}">${name} · ${count(number)}</text>`
}

function single (request: RequestRecord, x: Scale, y: number): Markup {
  const at = x(request.planned)
  return markup`<path data-x="${at}" d="${cross(at, y)}"><title>${describe(request)}</title></path>`
}

/** A line from the cross to the end; one so short that the cross hides it is left out. */
function until ({ planned, ended }: RequestRecord, x: Scale, y: number): string {
  return x(ended) - x(planned) > 4 ? `M${x(planned)} ${y}H${x(ended)}` : ''
}

function cross (x: number, y: number): string {
  return `M${tenth(x - 4)} ${y - 4}l8 8m0-8l-8 8`
}

function tenth (value: number): number {
  return Math.round(value * 10) / 10
}

/** All that is known about one request, a fact per line. */
export function describe (request: RequestRecord): string {
  return [
    `${request.class}: ${plain(request.cause ?? 'cause unknown')}`,
    `${plain(request.route)}${request.probe === undefined ? '' : `, probe “${plain(request.probe)}”`}`,
    `${request.task === undefined ? 'no task' : `task ${request.task}`}, node ${request.node}`,
    `planned ${seconds(request.planned, 3)}, ended ${seconds(request.ended, 3)} (${milliseconds(request.ended - request.planned)})`,
    request.id
  ].join('\n')
}
