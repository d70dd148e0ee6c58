import { planTimings } from '../../../lib/core/timing-plan'
import type { Results } from '../results'
import { ours } from '../setups'
import { STOP_TIMEOUT } from '../subject'
import { dot, line, picture, rect, text, WIDTH, type Colour } from './svg'

const planned = planTimings({ options: { stopTimeout: STOP_TIMEOUT } })
if (!('plan' in planned)) throw new Error('the defaults do not fit')
const { drainDelay, maxDrainDelay, closeTimeout, safetyMargin } = planned.plan
const hardStop = STOP_TIMEOUT - safetyMargin
const forcePoint = hardStop - closeTimeout

const LEFT = 132
const RIGHT = WIDTH - 34
const BAR = 26

/** From SIGTERM to SIGKILL, as the defaults have it; and when the stops of the comparison were over. */
export function stopPicture ({ losses, behaviours }: Results): string {
  const at = (ms: number): number => LEFT + ms / STOP_TIMEOUT * (RIGHT - LEFT)
  const bar = (from: number, to: number, y: number, fill: Colour, words: string, below?: string): string[] => [
    rect({ x: at(from), y, width: at(to) - at(from) - 1.5, height: BAR, fill, radius: 3 }),
    text((at(from) + at(to)) / 2, y + 17.5, words, { anchor: 'middle', size: 12 }),
    ...below === undefined ? [] : [text((at(from) + at(to)) / 2, y + BAR + 14, below, { anchor: 'middle', size: 11, fill: 'soft' })]
  ]
  const lane = (y: number, name: string): string => text(LEFT - 12, y + 17.5, name, { anchor: 'end', bold: true, size: 12 })
  const instants: Array<[number, string]> = [[0, 'SIGTERM'], [forcePoint, 'force point'], [hardStop, 'hard stop'], [STOP_TIMEOUT, 'SIGKILL']]
  const stops = losses.filter(({ id }) => id === ours).flatMap(({ seconds }) => seconds.map((second) => second * 1_000))
  const idle = (behaviours.find((cell) => cell.id === ours && cell.case === 'idle')?.runs ?? []).map(({ elapsed }) => elapsed)
  const bottom = 322

  const parts = [
    text(20, 28, 'From SIGTERM to SIGKILL, with a stop timeout of 30 s', { size: 16, bold: true }),
    ...instants.flatMap(([ms, name]) => [
      line(at(ms), 68, at(ms), bottom, { stroke: ms === STOP_TIMEOUT ? 'cut' : 'soft', dashed: ms !== 0 }),
      text(at(ms), 58, name, { anchor: ms === 0 ? 'start' : ms === forcePoint ? 'middle' : 'end', bold: true, size: 12, fill: ms === STOP_TIMEOUT ? 'cut' : 'ink' })
    ]),

    lane(80, 'phase'),
    ...bar(0, drainDelay, 80, 'served', 'draining', `at least ${drainDelay / 1_000} s`),
    ...bar(drainDelay, maxDrainDelay, 80, 'waiting', 'draining, until quiet and told', `at most ${maxDrainDelay / 1_000} s`),
    ...bar(maxDrainDelay, forcePoint, 80, 'ending', 'closing: the server', 'what is in flight finishes'),
    ...bar(forcePoint, hardStop, 80, 'ending', 'hooks, clients', 'pg, Redis, report, exit'),
    ...bar(hardStop, STOP_TIMEOUT, 80, 'margin', 'margin'),

    lane(140, '/health'),
    ...bar(0, maxDrainDelay, 140, 'waiting', '503: the balancer looks away'),
    ...bar(maxDrainDelay, hardStop, 140, 'margin', 'listener closed'),

    lane(176, 'all other routes'),
    ...bar(0, maxDrainDelay, 176, 'served', 'served as before, Connection: close where safe'),
    ...bar(maxDrainDelay, forcePoint, 176, 'ending', 'finished'),
    ...bar(forcePoint, hardStop, 176, 'margin', 'cut, and named'),

    line(20, 222, RIGHT, 222),
    lane(234, 'without traffic'),
    ...idle.map((ms) => dot(at(ms), 247, 4, 'ours')),
    text(at(Math.max(0, ...idle)) + 12, 251, idle.length > 0 ? `gone after ${(Math.max(...idle) / 1_000).toFixed(1)} s` : '', { size: 12, fill: 'soft' }),
    lane(270, 'under load'),
    ...stops.map((ms) => dot(at(ms), 283, 4, 'ours')),
    text(at(Math.max(0, ...stops)) + 12, 287, stops.length > 0 ? `${stops.length} stops in four orders` : '', { size: 12, fill: 'soft' }),
    ...[0, 5, 10, 15, 20, 25, 30].map((second) => text(at(second * 1_000), bottom + 16, `${second} s`, { anchor: second === 0 ? 'start' : second === 30 ? 'end' : 'middle', size: 12, fill: 'soft' })),
    line(LEFT, bottom, RIGHT, bottom),
    text(20, bottom + 42, 'A part that does not need its time gives it to the next. Each dot is a stop that was measured.', { size: 12, fill: 'soft' })
  ]
  return picture(bottom + 56, 'How a stop goes, from SIGTERM to SIGKILL', description(stops), parts)
}

function description (stops: readonly number[]): string {
  const measured = stops.length === 0 ? '' : ` Measured under load, ${stops.length} tasks were gone after ${Math.min(...stops) / 1_000} to ${Math.max(...stops) / 1_000} s.`
  return `With a stop timeout of 30 s: draining for at least ${drainDelay / 1_000} and at most ${maxDrainDelay / 1_000} s, with health at 503 and every other route served; then the listener is ` +
    `closed and what is in flight finishes, until the force point at ${forcePoint / 1_000} s; then hooks and clients until the hard stop at ${hardStop / 1_000} s; SIGKILL at 30 s is never reached.${measured}`
}
