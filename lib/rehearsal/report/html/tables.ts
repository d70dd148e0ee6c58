import type { ControlResult, OrderResult, RequestRecord, RunResult, TaskRecord } from '../../../../types/rehearsal'
import { isLost } from '../../ledger/index'
import { quantile } from '../summary'
import { count, exitOf, exits, milliseconds, NOTHING, seconds } from '../words'
import { latencyOf } from './latency'
import { markup, type Markup } from './markup'
import { table } from './table'

/** So many lost requests are listed; the pictures show all. */
const LISTED = 200

/** A longer list is folded, or what follows is never seen. */
const UNFOLDED = 12

const VERDICTS: Readonly<Record<string, Markup>> = {
  PASS: markup`<strong class="pass">✓ PASS</strong>`,
  FAIL: markup`<strong class="fail">✗ FAIL</strong>`,
  'EXPECTED-LOSS': markup`<strong class="doubt">○ loss expected</strong>`
}

export function orderTable (orders: readonly OrderResult[]): Markup {
  const classes = (order: OrderResult): string => Object.entries(order.classes).map(([name, number]) => `${count(number)} ${name}`).join(', ')
  return table(orders, [
    { name: 'Order', kind: 'word', of: ({ order }) => order },
    { name: 'Verdict', kind: 'word', of: ({ verdict }) => VERDICTS[verdict] },
    { name: 'Stops', kind: 'number', of: ({ stops }) => count(stops) },
    { name: 'Lost', kind: 'number', of: ({ lost }) => count(lost) },
    { name: 'Lost, by class', of: (order) => classes(order) || NOTHING },
    { name: 'SIGTERM to exit, median', kind: 'number', of: (order) => seconds(order.seconds && order.seconds.median * 1_000, 2) },
    { name: 'max', kind: 'number', of: (order) => seconds(order.seconds && order.seconds.max * 1_000, 2) },
    { name: 'Exits', of: exits }
  ])
}

export function lostTable (runs: readonly RunResult[]): Markup {
  const lost = runs.flatMap(({ seed, requests }) => requests.filter(isLost).map((request) => ({ ...request, seed })))
  if (lost.length === 0) return markup`<p>None.</p>`

  const listed = table<RequestRecord & { readonly seed: number }>(lost.slice(0, LISTED), [
    { name: 'Request', of: ({ id }) => markup`<code>${id}</code>` },
    { name: 'Class', kind: 'word', of: (request) => request.class },
    { name: 'Cause', of: ({ cause }) => cause ?? 'unknown' },
    { name: 'Route', of: ({ route, probe }) => probe === undefined ? route : [route, markup`<br/><span class="soft">probe ${probe}</span>`] },
    { name: 'Status', kind: 'number', of: ({ status }) => status ?? NOTHING },
    { name: 'Task', kind: 'number', of: ({ task }) => task ?? NOTHING },
    { name: 'Node', kind: 'number', of: ({ node }) => node },
    { name: 'Planned', kind: 'number', of: ({ planned }) => seconds(planned, 3) },
    { name: 'Ended', kind: 'number', of: ({ ended }) => seconds(ended, 3) },
    ...runs.length > 1 ? [{ name: 'Seed', kind: 'number' as const, of: ({ seed }: { seed: number }) => seed }] : []
  ])
  const summary = lost.length > LISTED ? `The first ${LISTED} of ${count(lost.length)}, one by one` : 'One by one'
  return markup`<details${lost.length > UNFOLDED ? undefined : markup` open=""`}><summary>${summary}</summary>${listed}</details>\n`
}

/** The lanes of a timeline in numbers. */
export function taskTable ({ tasks }: RunResult): Markup {
  return table<TaskRecord>(tasks, [
    { name: 'Task', kind: 'word', of: ({ task }) => `task ${task}` },
    { name: 'Order', kind: 'word', of: ({ stop }) => stop?.order ?? 'not stopped' },
    { name: 'Started', kind: 'number', of: ({ states }) => seconds(states[0]?.at, 2) },
    { name: 'Healthy', kind: 'number', of: ({ healthy }) => healthy === undefined ? 'never' : seconds(healthy, 2) },
    { name: 'Deregistered', kind: 'number', of: ({ stop }) => seconds(stop?.deregistered, 2) },
    { name: 'Nodes look away', kind: 'number', of: ({ stop }) => stop?.lookedAway.map((at) => seconds(at, 2)).join(', ') || NOTHING },
    { name: 'SIGTERM', kind: 'number', of: ({ stop }) => seconds(stop?.signalled, 2) },
    { name: 'Listener closed', kind: 'number', of: ({ stop }) => seconds(stop?.listenerClosed, 2) },
    { name: 'Exited', kind: 'number', of: ({ stop }) => seconds(stop?.exited, 2) },
    { name: 'Exit', kind: 'word', of: ({ stop }) => stop ? exitOf(stop) : NOTHING }
  ])
}

/** The dots of a timeline in numbers. */
export function routeTable ({ requests }: RunResult): Markup {
  const routes = [...new Set(requests.map(({ route }) => route))].map((name) => {
    const all = requests.filter(({ route }) => route === name)
    const answered = all.filter((request) => !isLost(request))
    return { name, all, answered, times: answered.map(latencyOf) }
  })
  return table(routes, [
    { name: 'Route', of: ({ name }) => name },
    { name: 'Requests', kind: 'number', of: ({ all }) => count(all.length) },
    { name: 'Lost', kind: 'number', of: ({ all, answered }) => count(all.length - answered.length) },
    { name: 'Late', kind: 'number', of: ({ answered }) => count(answered.filter((request) => request.class === 'late').length) },
    { name: 'Latency, median', kind: 'number', of: ({ times }) => milliseconds(quantile(times, 0.5)) },
    { name: 'p99', kind: 'number', of: ({ times }) => milliseconds(quantile(times, 0.99)) },
    { name: 'max', kind: 'number', of: ({ times }) => milliseconds(quantile(times, 1)) }
  ])
}

export function controlTable (controls: readonly ControlResult[]): Markup {
  return table(controls, [
    { name: 'Control', kind: 'word', of: ({ name }) => name },
    { name: 'Must', kind: 'word', of: ({ expected }) => expected === 'loss' ? 'lose' : 'lose nothing' },
    { name: 'As expected', kind: 'word', of: ({ asExpected }) => asExpected ? markup`<span class="pass">✓ yes</span>` : markup`<strong class="fail">✗ no</strong>` },
    { name: 'Requests', kind: 'number', of: ({ requests }) => count(requests) },
    { name: 'Lost', kind: 'number', of: ({ lost }) => count(lost) },
    { name: 'What happened', of: ({ sentence }) => sentence }
  ])
}

/** Causes and their numbers, over all runs. */
export function causeTable (causes: readonly { readonly class: string, readonly cause: string, readonly count: number }[]): Markup {
  return table(causes.slice(0, 20), [
    { name: 'Class', kind: 'word', of: (entry) => entry.class },
    { name: 'Requests', kind: 'number', of: (entry) => count(entry.count) },
    { name: 'Cause', of: ({ cause }) => cause }
  ])
}
