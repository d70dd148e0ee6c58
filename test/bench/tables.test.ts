import t from 'tap'

import { drainTable } from '../../bench/drain-table'
import type { OrdersRun } from '../../bench/orders-run'
import { ordersTable } from '../../bench/orders-table'
import type { DrainReport } from '../../types/index'

const report = { left: 'told' } as DrainReport
const run: OrdersRun = {
  order: 'together',
  rate: 150,
  mode: 'plugin',
  seed: 1,
  passed: true,
  requests: 10,
  lost: {},
  losses: [],
  reports: [report, report],
  tasks: [
    { task: 1, started: 0, signalled: 1_000, exited: 6_000, exitCode: 0, exitSignal: null },
    { task: 2, started: 0, signalled: 1_000, exited: 8_000, exitCode: null, exitSignal: 'SIGKILL' }
  ]
}
const cells = (line = ''): string[] => line.split(/ {2,}/)

t.test('a line of orders sums up the runs of its cell, and no others', async (t) => {
  const loss = { kind: 'slow', cause: '502 ECONNRESET', node: 1, sent: 1, ended: 2, stops: [] }
  const lines = ordersTable([{ order: 'together', rate: 150, mode: 'plugin' }, { order: 'together', rate: 150, mode: 'control' }], [
    run, { ...run, requests: 5, losses: [loss, loss] }, { ...run, mode: 'control', requests: 3, reports: [] }
  ])

  t.strictSame(cells(lines[1]), [
    'together', '150/s', '2', '15', '2 × slow: 502 ECONNRESET', '6.0 s', '7.0 s', '2 × 0, 2 × SIGKILL', '4 × told'
  ])
  t.strictSame(cells(lines[2]), ['together, control', '150/s', '1', '3', '0', '6.0 s', '7.0 s', '1 × 0, 1 × SIGKILL', '-'])
})

t.test('a line of the drain says how long stops took, and what was answered', async (t) => {
  const lines = drainTable({
    stops: { idle: [{ elapsed: 5_050.4, exit: 0 }, { elapsed: 5_000, exit: 0 }, { elapsed: 5_200, exit: 1 }] },
    answers: { queue: [{ of: 400, answered: 400, exit: 0 }, { of: 400, answered: 398, exit: 0 }] }
  }).split('\n')

  t.strictSame(cells(lines[1]), ['idle', '3', '5050', '5000', '5200', '2 × 0, 1 × 1'])
  t.strictSame(cells(lines[4]), ['queue', '2', '400', '399', '398', '1', '2 × 0'])
})
