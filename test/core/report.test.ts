import t from 'tap'

import { noOrder } from '../../lib/core/order'
import { drainReport, type Findings } from '../../lib/core/report'
import type { ClientReport } from '../../types/index'

function report (found: Partial<Findings> = {}) {
  return drainReport({
    trigger: 'SIGTERM',
    cause: { ecs: null, spot: null, ...noOrder },
    left: 'quiet',
    durations: { draining: 5_000, closing: 100, clients: 20, total: 5_120 },
    served: 12,
    accepted: 1,
    webSockets: { told: 0, peakPerSecond: 0 },
    cut: { requests: [], unnamed: 0, upgraded: 0, work: [] },
    clients: [],
    inTime: true,
    repeatedSignals: 0,
    errors: [],
    ...found
  })
}

const request = { method: 'GET', route: '/slow', atLeast: 9_000 }
const nothing = { requests: [], unnamed: 0, upgraded: 0, work: [] }
const error = { code: 'onClose', message: 'no' }

function client (outcome: ClientReport['outcome']): ClientReport {
  return { name: 'pg', outcome, duration: 20 }
}

t.test('a drain that lost nothing is summed up as drained, and exits 0', async (t) => {
  t.strictSame(report(), {
    version: 1,
    trigger: 'SIGTERM',
    cause: { ecs: null, spot: null, ...noOrder },
    outcome: 'drained',
    exitCode: 0,
    left: 'quiet',
    durations: { draining: 5_000, closing: 100, clients: 20, total: 5_120 },
    served: 12,
    accepted: 1,
    webSockets: { told: 0, peakPerSecond: 0 },
    cut: { requests: [], unnamed: 0, upgraded: 0, work: [] },
    clients: [],
    repeatedSignals: 0,
    errors: []
  })
})

t.test('the lists of what was cut, closed and noted are handed through', async (t) => {
  const found = { cut: { requests: [request], unnamed: 0, upgraded: 2, work: ['mail'] }, clients: [client('closed')], repeatedSignals: 1, errors: [error] }

  t.match(report(found), found)
})

t.test('durations are whole milliseconds', async (t) => {
  const { durations } = report({ durations: { draining: 5_000.4, closing: 99.5, clients: 0.2, total: 5_100.1 } })

  t.strictSame(durations, { draining: 5_000, closing: 100, clients: 0, total: 5_100 })
})

const endings: Array<[fact: string, outcome: string, found: Partial<Findings>]> = [
  ['clients that closed leave it drained', 'drained', { clients: [client('closed')] }],
  ['a repeated signal leaves it drained', 'drained', { repeatedSignals: 3 }],
  ['a lame duck that ran to its limit leaves it drained', 'drained', { left: 'limit' }],
  ['a request cut makes it cut', 'cut', { cut: { ...nothing, requests: [request] } }],
  ['an upgraded socket cut makes it cut', 'cut', { cut: { ...nothing, unnamed: 0, upgraded: 1 } }],
  ['tracked work cut makes it cut', 'cut', { cut: { ...nothing, work: ['mail'] } }],
  ['a client that was broken makes it cut', 'cut', { clients: [client('closed'), client('forced')] }],
  ['a client that failed makes it failed', 'failed', { clients: [client('failed')] }],
  ['an error makes it failed', 'failed', { errors: [error] }],
  ['an error weighs more than a cut', 'failed', { errors: [error], cut: { ...nothing, requests: [request] } }],
  ['a client that did not end makes it timed out', 'timed-out', { clients: [client('timed-out')] }],
  ['a hook that did not end makes it timed out', 'timed-out', { inTime: false }],
  ['running out of time weighs more than an error', 'timed-out', { inTime: false, errors: [error], clients: [client('failed')] }]
]

for (const [fact, outcome, found] of endings) {
  t.test(fact, async (t) => {
    t.match(report(found), { outcome, exitCode: outcome === 'drained' ? 0 : 1 })
  })
}
