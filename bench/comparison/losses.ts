import { rehearse, type LagProfile, type Order, type RehearsalOptions, type RehearsalResult, type RunResult } from 'fastify-ecs-graceful/rehearsal'
import timers from 'node:timers/promises'

import { sideBySide } from '../side-by-side'
import { commandOf, type Setup } from './setups'

export const orders = ['deregister-first', 'together', 'signal-first', 'health-only'] as const satisfies readonly Order[]
export const lags = ['normal', 'harsh'] as const satisfies readonly LagProfile[]

/** How one set-up went in one order, with one profile and one seed. */
export interface LossRun {
  readonly id: string
  readonly lag: LagProfile
  readonly seed: number
  readonly order: Order
  readonly requests: number
  /** By cause, in the words of the tables. */
  readonly lost: Readonly<Record<string, number>>
  /** From SIGTERM to exit, of each stop. */
  readonly seconds: readonly number[]
  readonly exits: readonly string[]
  /** Milliseconds from the closing of the listener, or the last answer if that came later, to the exit: of the stops where the first was seen. */
  readonly tails: readonly number[]
  /** p99.9 of how late the load was, in milliseconds; 20 and more spoils a run. */
  readonly late: number
}

export interface LossOptions {
  readonly seeds: number
  readonly lags?: readonly LagProfile[]
  readonly orders?: readonly Order[]
  readonly atOnce?: number
  /** Milliseconds between the first starts, so that not all of them start their tasks at once. @default 4000 */
  readonly apart?: number
  readonly rehearsal?: RehearsalOptions
  progress (line: string): void
}

/** Users of all kinds: quick ones, writers whose effect is counted, slow ones, and uploads that take their time. */
const routes: RehearsalOptions['routes'] = [
  { name: 'fast', path: '/', weight: 70 },
  { name: 'order', method: 'POST', path: '/orders', body: { id: '{id}' }, weight: 20, effect: true, expect: { status: 201 } },
  { name: 'slow', path: '/slow/2000', weight: 6 },
  { name: 'upload', method: 'PUT', path: '/uploads', headers: { 'content-type': 'application/octet-stream' }, bodyBytes: 200_000, uploadFor: 1_500, weight: 4 }
]
const RATE = 30
/** Every set-up with every profile and every seed; with each seed another comes first. */
export async function measureLosses (setups: readonly Setup[], options: LossOptions): Promise<LossRun[]> {
  const { seeds, atOnce = 5, apart = 4_000 } = options
  const rounds = Array.from({ length: seeds }, (_, index) => index + 1).flatMap((seed) => (options.lags ?? lags).map((lag) => ({ seed, lag })))
  const runs = rounds.flatMap(({ seed, lag }, round) => {
    const first = round * 5 % setups.length
    return [...setups.slice(first), ...setups.slice(0, first)].map((setup) => ({ setup, seed, lag }))
  })

  const held = await sideBySide(atOnce, runs.map(({ setup, seed, lag }, index) => async () => {
    if (index < atOnce) await timers.setTimeout(index * apart)
    return await hold(setup, lag, seed, options)
  }))
  return held.flat()
}

async function hold (setup: Setup, lag: LagProfile, seed: number, { orders: chosen = orders, rehearsal, progress }: LossOptions): Promise<LossRun[]> {
  const result = await rehearse({ command: commandOf(setup), order: chosen, lag, seed, rate: RATE, routes, ...rehearsal })
  progress(`${setup.id} ${lag} seed ${seed}: ${result.sentence} Load ${result.lateness.p999.toFixed(0)} ms late at p99.9.`)
  return runsOf(setup, lag, seed, result)
}

function runsOf ({ id }: Setup, lag: LagProfile, seed: number, { orders, runs, lateness }: RehearsalResult): LossRun[] {
  const run = runs[0]!
  return orders.map(({ order }) => {
    const stops = run.tasks.flatMap(({ task, stop }) => stop?.order === order ? [{ task, stop }] : [])
    const seconds = stops.map(({ stop: { signalled = 0, exited = 0 } }) => (exited - signalled) / 1_000)
    const exits = stops.map(({ stop: { exitCode, exitSignal } }) => String(exitSignal ?? exitCode))
    const figures = { requests: run.requests.length, lost: lostOf(run, order), seconds: seconds.map(rounded), exits, tails: tailsOf(run, order) }
    return { id, lag, seed, order, ...figures, late: Math.round(lateness.p999) }
  })
}

/** As the rehearsal attributes them: to the task that had the request, and where none had it to a stop that went on. */
function lostOf ({ requests, tasks }: RunResult, order: Order): Record<string, number> {
  const lost: Record<string, number> = {}
  const stops = tasks.flatMap(({ task, stop }) => stop ? [{ task, ...stop }] : [])
  for (const { class: kind, cause = '', task, planned, ended } of requests) {
    if (kind === 'ok' || kind === 'late') continue
    const own = stops.find((stop) => stop.task === task && ended >= stop.decided)
    const near = own ?? stops.find(({ decided, exited = Infinity }) => planned >= decided - 1_000 && planned <= exited + 1_000)
    if (near?.order !== order) continue
    const named = causeOf(kind, cause)
    lost[named] = (lost[named] ?? 0) + 1
  }
  return lost
}

/** A loss in the words of the tables. */
export function causeOf (kind: string, cause: string): string {
  if (kind === 'rejected') return '503'
  if (cause.includes('refused')) return 'refused'
  if (kind === 'refused') return 'closed under it'
  return 'cut'
}

function tailsOf ({ requests, tasks }: RunResult, order: Order): number[] {
  return tasks.flatMap(({ task, stop }) => {
    if (stop?.order !== order || stop.listenerClosed === undefined || stop.exited === undefined) return []
    const answers = requests.filter((request) => request.task === task && request.ended <= stop.exited!).map(({ ended }) => ended)
    return [Math.round(stop.exited - Math.max(stop.listenerClosed, ...answers))]
  })
}

function rounded (seconds: number): number {
  return Number(seconds.toFixed(2))
}
