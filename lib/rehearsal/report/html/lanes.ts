import type { RunResult, TaskRecord } from '../../../../types/rehearsal'
import { seconds, taskName } from '../words'
import { markup, type Markup } from './markup'
import { marks, phases, type Mark, type Phase, type PhaseName } from './phases'
import { PLOT, type Part } from './plot'
import type { Scale } from './scale'

const HEIGHT = 24

/** A task is drawn the thinner the less of the service it is, so that colour is not the only sign. */
const THICKNESS: Readonly<Record<PhaseName, number>> = { starting: 2, ready: 12, deregistered: 12, draining: 8, closing: 4 }

/** One lane per task, from `top` down. */
export function lanes (run: RunResult, x: Scale, top: number, end: number): Part {
  return {
    height: run.tasks.length * HEIGHT,
    drawn: run.tasks.map((task, index) => lane(task, x, top + (index + 0.5) * HEIGHT, end))
  }
}

function lane (task: TaskRecord, x: Scale, y: number, end: number): Markup {
  const order = task.stop ? ` · ${task.stop.order}` : ''
  return markup`<g data-task="${task.task}"><text class="label" x="${PLOT.left - 12}" y="${y + 4}">${taskName(task)}${order}</text>${
    phases(task, end).map((phase) => bar(task, x, y, phase))}${
    marks(task).map((mark) => drawMark(task, mark, x(mark.at), y))}</g>\n`
}

function bar (task: TaskRecord, x: Scale, y: number, { name, from, to }: Phase): Markup {
  const thickness = THICKNESS[name]
  const width = Math.max(1, x(to) - x(from)).toFixed(1)
  return markup`<rect class="${name}" x="${x(from)}" y="${y - thickness / 2}" width="${width}" height="${thickness}"><title>${
    taskName(task)}, ${name}: ${seconds(from, 2)} to ${seconds(to, 2)}, ${seconds(to - from, 2)} long</title></rect>`
}

function drawMark (task: TaskRecord, { name, at, text }: Mark, x: number, y: number): Markup {
  return markup`<g class="mark ${name}" data-mark="${name}" data-x="${x}"><title>${taskName(task)}, ${seconds(at, 2)}: ${text}</title>${
    shapes[name](x, y, text)}</g>`
}

/** What the balancer is told stands above the bar, what its nodes notice below, what is done to the process goes through. */
export const shapes: Readonly<Record<Mark['name'], (x: number, y: number, text: string) => Markup>> = {
  deregistered: (x, y) => markup`<path d="M${x - 4} ${y - 11}h8l-4 7z"/>`,
  'looked-away': (x, y) => markup`<circle cx="${x}" cy="${y + 7}" r="2.6"/>`,
  sigterm: (x, y) => markup`<path d="M${x} ${y - 10}v20"/>`,
  'second-sigterm': (x, y) => markup`<path d="M${x} ${y - 10}v20"/>`,
  sigkill: (x, y, text) => markup`<path d="M${x - 4} ${y - 4}h8v8h-8z"/><text x="${x + 9}" y="${y + 4}">${text}</text>`,
  exit: (x, y, text) => markup`<path d="M${x} ${y - 6}v12"/><text class="${text === 'exit 0' ? 'clean' : 'unclean'}" x="${x + 6}" y="${y + 4}">${text}</text>`
}
