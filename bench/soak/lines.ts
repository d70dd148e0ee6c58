import { counted } from './account'
import type { Cycles } from './cycles'
import type { Slope } from './slope'
import type { RoundResult } from './books'
import type { SoakResult } from './soak'
import { faultsOf, isLate } from './verdict'
import type { Growth } from './veterans'

/** One line for a deployment. */
export function progressLine (round: RoundResult): string {
  const { number, order, fault, struck, seconds, requests, webSockets, ended, begunAgain } = round
  const stops = ended.flatMap(({ seconds }) => seconds ?? [])
  const open = ended.flatMap(({ said }) => said?.clients.filter(({ outcome }) => outcome !== 'closed').map(({ name, outcome }) => `${name} ${outcome}`) ?? [])
  const faults = faultsOf(round)
  return [
    `#${number} ${order}, ${fault.kind}${struck ? '' : ' (missed)'}, ${seconds.toFixed(0)} s:`,
    `${requests.sent} requests, lost ${each(requests.lost)}, twice ${requests.twice.length};`,
    `WebSockets ${webSockets.told} told, ${webSockets.cut.balancer} cut by the balancer, ${webSockets.cut.killed} by a kill, ${webSockets.unexcused.length} untold;`,
    `begun again ${begunAgain.unexcused.length}${excused(begunAgain)};`,
    `exits ${each(counted(ended.map(({ exit }) => exit)))}${stops.length > 0 ? ` in at most ${Math.max(...stops).toFixed(1)} s` : ''}`,
    `(${each(counted(ended.map(({ said }) => said?.outcome ?? 'no report')))}${open.length > 0 ? `; ${each(counted(open))}` : ''})`,
    ...isLate(round) ? [`; the load came ${requests.lateness.p999.toFixed(0)} ms late`] : [],
    ...faults.length > 0 ? [`\n  ${[...faults, ...requests.unexcused.map((loss) => JSON.stringify(loss))].join('\n  ')}`] : []
  ].join(' ')
}

/** The result for people. */
export function printed ({ verdict, reasons, rounds, work, veterans, cycles }: SoakResult): string {
  const sum = (of: (round: RoundResult) => number): number => rounds.reduce((total, round) => total + of(round), 0)
  const causes = [...new Set(rounds.flatMap(({ requests }) => Object.keys(requests.lost)))] as Array<keyof RoundResult['requests']['lost']>
  const lost = Object.fromEntries(causes.map((cause) => [cause, sum(({ requests }) => requests.lost[cause] ?? 0)]))
  const stops = rounds.flatMap(({ ended }) => ended.flatMap(({ seconds }) => seconds ?? []))
  const kinds = [...new Set(rounds.map(({ fault }) => fault.kind))]
  return [
    `${verdict}  ${rounds.length} deployments, ${stops.length} stops of at most ${Math.max(0, ...stops).toFixed(1)} s, ${sum(({ requests }) => requests.sent)} requests`,
    ...reasons.slice(0, 40).map((reason) => `  ${reason}`),
    `requests lost: ${each(lost)}; handled twice: ${sum(({ requests }) => requests.twice.length)}`,
    `orders fulfilled once: ${work.published - work.unfulfilled.length} of ${work.published} answered; ` +
      `begun again: ${sum(({ begunAgain }) => begunAgain.unexcused.length)}, and ${sum(({ begunAgain }) => begunAgain.killed)} that killed workers had, ` +
      `${sum(({ begunAgain }) => begunAgain.failed)} whose handler failed without PostgreSQL`,
    `WebSockets: ${sum(({ webSockets }) => webSockets.sessions)} ended, ${sum(({ webSockets }) => webSockets.told)} told by 1012, ` +
      `${sum(({ webSockets }) => webSockets.cut.balancer)} cut by the balancer, ${sum(({ webSockets }) => webSockets.cut.killed)} by a kill, ` +
      `${sum(({ webSockets }) => webSockets.unexcused.length)} untold`,
    `faults: ${kinds.map((kind) => `${kind} ${rounds.filter(({ fault, struck }) => fault.kind === kind && struck).length}`).join(', ')}`,
    ...(veterans ?? []).map(growthLine),
    ...cycles ? [cyclesLine(cycles)] : []
  ].join('\n')
}

function growthLine ({ what, own, control, added, span, grew }: Growth): string {
  const unit = what === 'handles' ? 1 : 1_024
  const name = what === 'handles' ? 'handles' : `${what}, KiB`
  return `${name} a minute over ${span.toFixed(0)} min: ${slope(own, unit)} with the plugin, ${slope(control, unit)} without, ${slope(added, unit)} between them: ${grew ? 'grew' : said(added)}`
}

function cyclesLine ({ times, own, control, added, grew, left }: Cycles): string {
  const what = `${slope(own, 1)} with the plugin, ${slope(control, 1)} without, ${slope(added, 1)} between them`
  return `registered and closed ${times} times in one process, heap in bytes each time: ${what}: ${grew ? 'grew' : said(added)}; left behind: ${left.length === 0 ? 'nothing' : left.join(', ')}`
}

function slope ({ perUnit, interval }: Slope, unit: number): string {
  const number = (value: number): string => (value / unit).toFixed(1)
  return `${number(perUnit)} (${interval ? `${number(interval[0])} to ${number(interval[1])}` : 'too few samples'})`
}

function said ({ interval }: Slope): string {
  if (!interval) return 'too few samples to tell'
  return interval[0] <= 0 && interval[1] >= 0 ? 'no growth that could be told from none' : 'too little to matter'
}

function each (counts: Readonly<Record<string, number | undefined>>): string {
  const parts = Object.entries(counts).map(([name, count]) => `${count} ${name}`)
  return parts.length === 0 ? '0' : parts.join(', ')
}

function excused ({ killed, failed }: RoundResult['begunAgain']): string {
  const kinds = [killed > 0 ? `${killed} of a killed worker` : '', failed > 0 ? `${failed} that had failed` : ''].filter(Boolean)
  return kinds.length > 0 ? ` (and ${kinds.join(', ')})` : ''
}
