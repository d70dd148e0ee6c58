import { shapes } from './lanes'
import { diamond, dot, triangle } from './latency'
import { markup, type Markup } from './markup'

const bar = (name: string, thickness: number): Markup =>
  markup`<rect class="${name}" x="0" y="${12 - thickness / 2}" width="24" height="${thickness}"/>`

const ENTRIES: readonly (readonly [string, Markup])[] = [
  ['starting', bar('starting', 2)],
  ['ready', bar('ready', 12)],
  ['deregistered', bar('deregistered', 12)],
  ['draining (from SIGTERM)', bar('draining', 8)],
  ['closing (listener closed)', bar('closing', 4)],
  ['deregistration', markup`<g class="mark deregistered">${shapes.deregistered(12, 20, '')}</g>`],
  ['a node looks away', markup`<g class="mark looked-away">${shapes['looked-away'](12, 5, '')}</g>`],
  ['SIGTERM', markup`<g class="mark sigterm">${shapes.sigterm(12, 12, '')}</g>`],
  ['second SIGTERM', markup`<g class="mark second-sigterm">${shapes['second-sigterm'](12, 12, '')}</g>`],
  ['SIGKILL', markup`<g class="mark sigkill">${shapes.sigkill(12, 12, '')}</g>`],
  ['request, as expected', markup`<path class="ok" d="${dot(6, 14)}${dot(12, 9)}${dot(17, 13)}"/>`],
  ['probe, as expected', markup`<path class="probe" d="${diamond(12, 12)}"/>`],
  ['late', markup`<path class="late" d="${triangle(12, 12)}"/>`],
  ['lost, planned to ended', markup`<g class="lost"><path d="M2 8l8 8m0-8l-8 8M6 12h18"/></g>`]
]

/** What the signs of a timeline mean. */
export function legend (): Markup {
  return markup`<ul class="legend">${ENTRIES.map(([text, sign]) =>
    markup`<li><svg viewBox="0 0 24 24" aria-hidden="true">${sign}</svg>${text}</li>`)}</ul>`
}
