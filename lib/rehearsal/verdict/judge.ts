import type { ControlResult, OrderResult, Proof, RehearsalSettings, RunResult, VerdictName } from '../../../types/rehearsal'
import { inWindow, isLost, lossesByOrder } from '../ledger/index'
import { judgeOrder } from './order'

/** A generator later than this, in milliseconds, did not ask what it was to ask. */
const LATE = 20

export interface Judgement {
  readonly verdict: VerdictName
  readonly sentence: string
  readonly reasons: readonly string[]
  readonly orders: readonly OrderResult[]
  readonly proof: Proof
}

/**
 * PASS, FAIL or INVALID: whether a user or an operator would have noticed, if the rehearsal could have told. A run that
 * cannot tell is never a PASS nor a FAIL. A pure function of the ledgers.
 */
export function judge (settings: RehearsalSettings, runs: readonly RunResult[], controls: readonly ControlResult[]): Judgement {
  const orders = settings.order.map((order) => judgeOrder(order, runs, settings))
  const proof = prove(runs)
  const blind = [...unjudged(orders), ...blindness(settings, runs, controls)]
  const faults = [...orders.filter(({ verdict }) => verdict === 'FAIL').flatMap(({ order, reasons }) => reasons.map((reason) => `${order}: ${reason}`)), ...elsewhere(runs)]
  const verdict = blind.length > 0 ? 'INVALID' : faults.length > 0 ? 'FAIL' : 'PASS'
  const judged = orders.filter(({ verdict }) => verdict !== 'EXPECTED-LOSS')
  const lost = judged.reduce((sum, order) => sum + order.lost, 0) + lostElsewhere(runs)
  return { verdict, sentence: sentence(verdict, orders, lost, proof), reasons: [...blind, ...faults], orders, proof }
}

/** Why the run proves nothing. */
function blindness (settings: RehearsalSettings, runs: readonly RunResult[], controls: readonly ControlResult[]): string[] {
  const late = runs.filter(({ lateness: { p999, unsent } }) => p999 >= LATE || unsent > 0)
  const worst = Math.max(...runs.map(({ lateness: { p999 } }) => p999))
  const unseen = settings.order.filter((order) => !runs.some((run) => run.tasks.some(({ stop }) =>
    stop?.order === order && run.requests.some((request) => inWindow(request, stop)))))
  const quiet = settings.routes.filter(({ name, weight = 1 }) => weight > 0 && !runs.some(({ requests, tasks }) => requests.some((request) =>
    request.route === name && tasks.some(({ stop }) => stop && inWindow(request, stop)))))
  return [
    ...late.length > 0 ? [`the load came late in ${late.length} of ${runs.length} runs (p99.9 ${Math.round(worst)} ms, ${LATE} allowed): ask for less with --rate, or use a quieter machine`] : [],
    ...settings.deployments === 0 ? ['nothing was stopped, because deployments is 0'] : unseen.map((order) => `no request was sent while a task was stopped in the order ${order}: ask for more with --rate`),
    ...settings.routes.some(({ effect }) => effect) && !runs.some(({ serverLedger }) => serverLedger)
      ? ['a route has `effect`, and the service wrote no ledger: see ECS_REHEARSAL_LEDGER_FD in the guide']
      : [],
    ...settings.workers && runs.some(({ work }) => (work?.published ?? 0) > 0 && work?.done === 0)
      ? ['no work was done that anybody could see: have the workers write their ledger, see ECS_REHEARSAL_LEDGER_FD in the guide']
      : [],
    ...unprobed(settings, runs) ? ['no dangerous instant was forced, though that was asked for: see whether the routes can be sent at any time'] : [],
    ...unseen.length === 0 ? quiet.map(({ name }) => `no request of ${name} was sent while a task was stopped: ask for more with --rate or --deployments`) : [],
    ...controls.filter(({ asExpected }) => !asExpected).map(({ sentence }) => `a control did not come out as it must: ${sentence}`)
  ]
}

/** Whether probes were asked for and none was sent, although tasks were signalled. */
function unprobed ({ probes }: RehearsalSettings, runs: readonly RunResult[]): boolean {
  const signalled = runs.some(({ tasks }) => tasks.some(({ stop }) => stop?.signalled !== undefined))
  return probes && signalled && !runs.some(({ requests }) => requests.some(({ probe }) => probe !== undefined))
}

/** Where losses are expected of all that was rehearsed, nothing is left to be judged. */
function unjudged (orders: readonly OrderResult[]): string[] {
  const excused = orders.every(({ verdict }) => verdict === 'EXPECTED-LOSS')
  return excused ? ['losses are expected in every order that was rehearsed: add an order that can be judged'] : []
}

function lostElsewhere (runs: readonly RunResult[]): number {
  return runs.reduce((sum, run) => sum + (lossesByOrder(run).get('none')?.length ?? 0), 0)
}

/** What belongs to no stop, and is a fault whatever the orders. */
function elsewhere (runs: readonly RunResult[]): string[] {
  const lost = lostElsewhere(runs)
  const twice = runs.reduce((sum, { duplicates }) => sum + duplicates.length, 0)
  const died = runs.flatMap(({ tasks }) => tasks.flatMap(({ task, died }) => died ? [{ task, ...died }] : []))
  const back = runs.reduce((sum, { cameBack }) => sum + cameBack.length, 0)
  return [
    ...lost > 0 ? [`${lost} ${lost === 1 ? 'request was' : 'requests were'} lost that no stop accounts for`] : [],
    ...twice > 0 ? [`${twice} ${twice === 1 ? 'request was' : 'requests were'} handled more than once`] : [],
    ...workFaults(runs),
    ...died.map(({ task, at, exitCode, exitSignal }) => `task ${task} ended by itself (${exitSignal ?? exitCode}) after ${(at / 1_000).toFixed(1)} s, though nobody had asked it to`),
    ...back > 0 ? [`${back} ${back === 1 ? 'task' : 'tasks'} answered on a new connection after a node had found the listener closed`] : []
  ]
}

/** What became of work that should not have. */
function workFaults (runs: readonly RunResult[]): string[] {
  const total = (of: 'lost' | 'duplicated' | 'startedTwice' | 'stranded' | 'outOfOrder'): number => runs.reduce((sum, { work }) => sum + (work?.[of].length ?? 0), 0)
  const said = (number: number, one: string, many: string): string[] => number > 0 ? [`${number} ${number === 1 ? one : many}`] : []
  return [
    ...said(total('lost'), 'piece of work was accepted and never done', 'pieces of work were accepted and never done'),
    ...said(total('duplicated'), 'piece of work was done more than once', 'pieces of work were done more than once'),
    ...said(total('startedTwice'), 'piece of work was begun again though nobody had given it back', 'pieces of work were begun again though nobody had given them back'),
    ...said(total('stranded'), 'piece of work lay with nobody while later work was taken up for 15 s and more', 'pieces of work lay with nobody while later work was taken up for 15 s and more'),
    ...said(total('outOfOrder'), 'group of work was done out of its order', 'groups of work were done out of their order')
  ]
}

function prove (runs: readonly RunResult[]): Proof {
  const sum = (of: (run: RunResult) => number): number => runs.reduce((total, run) => total + of(run), 0)
  const lost = sum(({ requests }) => requests.filter(isLost).length)
  const inWindows = sum(({ requests, tasks }) => requests.filter((request) => tasks.some(({ stop }) => stop && inWindow(request, stop))).length)
  const stops = sum(({ tasks }) => tasks.filter(({ stop }) => stop).length)
  return {
    requests: sum(({ requests }) => requests.length),
    lost,
    inWindow: inWindows,
    stops,
    perRequest: lost === 0 && inWindows > 0 ? 3 / inWindows : null,
    perStop: lost === 0 && stops > 0 ? 3 / stops : null
  }
}

function sentence (verdict: VerdictName, orders: readonly OrderResult[], lost: number, { lost: all, stops }: Proof): string {
  const seconds = orders.flatMap((order) => order.seconds ? [order.seconds.max] : [])
  const pair = `${lost === 0 ? 'nothing' : lost.toLocaleString('en-US')} lost in ${stops} stops` +
    (all > lost ? ` (but ${(all - lost).toLocaleString('en-US')} where expected)` : '') +
    (seconds.length > 0 ? `, gone within ${Math.max(...seconds).toFixed(1)} s of SIGTERM` : '')
  switch (verdict) {
    case 'PASS': return `No user would have noticed: ${pair}.`
    case 'FAIL': return `${lost > 0 ? 'Users' : 'Operators'} would have noticed: ${pair}.`
    case 'INVALID': return `This run proves nothing: ${pair}.`
  }
}
