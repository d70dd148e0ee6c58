import type { RequestRecord, RunResult } from '../../../../types/rehearsal'
import { isLost } from '../../ledger/index'
import { describe, TITLED } from './losses'
import { markup, type Markup } from './markup'
import { PLOT, type Part } from './plot'
import { logarithmic, niceDomain, powersOfTen, type Scale } from './scale'

const HEIGHT = 200

/** Below it nothing can be told apart, and a logarithm needs something above 0. */
const LEAST = 0.1

/** From the planned instant, not from the send: a stall shows as slow answers, not as missing ones. */
export function latencyOf ({ planned, ended }: RequestRecord): number {
  return Math.max(LEAST, ended - planned)
}

/** Every answered request over its planned instant. Those that were as expected are a few long paths, the late ones have titles. */
export function latency (run: RunResult, x: Scale, top: number): Part {
  const answered = run.requests.filter((request) => !isLost(request))
  const domain = domainOf(answered)
  const y = logarithmic(domain, [top + HEIGHT, top])
  const place = (request: RequestRecord): readonly [number, number] => [x(request.planned), y(latencyOf(request))]

  const fine = answered.filter((request) => request.class === 'ok')
  const late = answered.filter((request) => request.class === 'late')
  const ordinary = fine.filter(({ probe }) => probe === undefined).map(place)
  const probes = fine.filter(({ probe }) => probe !== undefined).map(place)
  return {
    height: HEIGHT,
    drawn: [
      ...powersOfTen(domain).map((value) => gridLine(value, y(value))),
      markup`<path class="ok" d="${path(ordinary, dot)}"/>\n<path class="probe" d="${path(probes, diamond)}"/>\n`,
      ...late.slice(0, TITLED).map((request) => markup`<path class="late" d="${triangle(...place(request))}"><title>${describe(request)}</title></path>`),
      markup`<path class="late" d="${path(late.slice(TITLED).map(place), triangle)}"/>\n`
    ]
  }
}

function domainOf (requests: readonly RequestRecord[]): [number, number] {
  const [least, most] = requests.reduce(([least, most], request) => {
    const value = latencyOf(request)
    return [Math.min(least, value), Math.max(most, value)]
  }, [Infinity, LEAST])
  return niceDomain(Math.min(least, most), most)
}

function gridLine (value: number, y: number): Markup {
  const text = value < 1_000 ? `${value} ms` : `${value / 1_000} s`
  return markup`<path class="grid" d="M${PLOT.left} ${y}H${PLOT.right}"/><text class="label" x="${PLOT.left - 12}" y="${y + 4}">${text}</text>\n`
}

/** Each place once, to half a unit: a second dot upon the first cannot be seen, and 200,000 requests need no more than 20,000. */
function path (places: readonly (readonly [number, number])[], shape: (x: number, y: number) => string): string {
  const half = (value: number): number => Math.round(value * 2) / 2
  return [...new Set(places.map(([x, y]) => shape(half(x), half(y))))].join('')
}

export const dot = (x: number, y: number): string => `M${x} ${y}h.01`
export const diamond = (x: number, y: number): string => `M${x} ${y - 4}l4 4-4 4-4-4z`
export const triangle = (x: number, y: number): string => `M${x} ${y - 4}l4.5 8h-9z`
