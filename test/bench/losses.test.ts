import t from 'tap'

import { described, losses } from '../../bench/losses'
import type { RequestRecord, TaskRecord } from '../../lib/rehearsal/index'

const request = (sent: number, lost?: string): RequestRecord => ({ kind: 'slow', planned: sent, sent, ended: sent + 500, lost })
const stopped: TaskRecord = { task: 1, started: 0, signalled: 10_000, exited: 15_250, exitCode: 0, exitSignal: null }

t.test('what was answered is no loss', async (t) => {
  t.strictSame(losses({ requests: [request(1_000)], tasks: [stopped] }, 2), [])
})

t.test('a loss is placed in the stop of every task that had been signalled', async (t) => {
  const tasks = [stopped, { task: 2, started: 0, signalled: 12_000 }, { task: 3, started: 0, signalled: 20_000 }, { task: 4, started: 0 }]

  t.strictSame(losses({ requests: [request(11_700, '502 ECONNRESET')], tasks }, 2), [{
    kind: 'slow',
    cause: '502 ECONNRESET',
    node: 1,
    sent: 11.7,
    ended: 12.2,
    stops: [{ task: 1, sent: 1.7, ended: 2.2, exited: 5.25 }, { task: 2, sent: -0.3, ended: 0.2, exited: null }]
  }])
})

t.test('the node follows from the place in the load, in whatever order answers came', async (t) => {
  const requests = [request(300, 'third'), request(200), request(400, 'fourth'), request(100, 'first')]

  t.strictSame(losses({ requests, tasks: [] }, 2).map(({ cause, node }) => [cause, node]), [['first', 1], ['third', 1], ['fourth', 2]])
})

t.test('a loss is told in a line', async (t) => {
  const [during] = losses({ requests: [request(11_700, '502 ECONNRESET')], tasks: [stopped] }, 2)
  const [before] = losses({ requests: [request(1_000, 'cut ECONNRESET')], tasks: [stopped] }, 2)

  t.equal(described(during!), 'slow lost at 11.7 s by node 1: 502 ECONNRESET; task 1 SIGTERM+1.7 to +2.2 s, gone at 5.25 s')
  t.equal(described(before!), 'slow lost at 1 s by node 1: cut ECONNRESET; before any SIGTERM')
})
