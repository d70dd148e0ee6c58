import t from 'tap'

import type { RequestRecord, TaskRecord } from '../../lib/rehearsal/types'
import { judge } from '../../lib/rehearsal/verdict'

const answered: RequestRecord = { kind: 'fast', planned: 0, sent: 0, ended: 1, status: 200 }
const lost = (kind: string, cause: string): RequestRecord => ({ ...answered, kind, lost: cause })
const drained: TaskRecord = { task: 1, started: 0, signalled: 10, exited: 20, exitCode: 0, exitSignal: null }
const serving: TaskRecord = { task: 3, started: 0 }

t.test('every request answered and every stopped task gone with 0 passes', async (t) => {
  t.strictSame(judge({ requests: [answered, answered], tasks: [drained, serving] }), { passed: true, sent: 2, lost: {}, reasons: [] })
})

t.test('one lost request fails, and losses are counted by kind and cause', async (t) => {
  const requests = [answered, lost('fast', '502 ECONNREFUSED'), lost('slow', '502 ECONNREFUSED'), lost('fast', '502 ECONNREFUSED')]

  t.strictSame(judge({ requests, tasks: [drained] }), {
    passed: false,
    sent: 4,
    lost: { 'fast: 502 ECONNREFUSED': 2, 'slow: 502 ECONNREFUSED': 1 },
    reasons: ['3 of 4 requests were lost']
  })
})

t.test('a task that had to be killed fails', async (t) => {
  const { passed, reasons } = judge({ requests: [answered], tasks: [drained, { ...drained, exitCode: null, exitSignal: 'SIGKILL' }, serving] })

  t.strictSame({ passed, reasons }, { passed: false, reasons: ['1 of 2 tasks had to be killed at the stop timeout'] })
})

t.test('an exit code other than 0 fails, and so does an end by another signal', async (t) => {
  const tasks = [drained, { ...drained, exitCode: 1 }, { ...drained, exitCode: null, exitSignal: 'SIGTERM' as const }]

  const { passed, reasons } = judge({ requests: [answered], tasks })

  t.strictSame({ passed, reasons }, { passed: false, reasons: ['2 of 3 tasks did not exit with 0'] })
})

t.test('a run without a request, or without a stop, proves nothing and fails', async (t) => {
  t.strictSame(judge({ requests: [], tasks: [drained] }).reasons, ['no request was sent'])
  t.strictSame(judge({ requests: [answered], tasks: [serving] }).reasons, ['no task was stopped'])
  t.equal(judge({ requests: [], tasks: [] }).passed, false)
})

t.test('all that is wrong is said at once', async (t) => {
  const tasks = [{ ...drained, exitCode: null, exitSignal: 'SIGKILL' as const }, { ...drained, exitCode: 1 }]

  t.strictSame(judge({ requests: [lost('fast', 'cut ECONNRESET')], tasks }).reasons, [
    '1 of 1 requests were lost', '1 of 2 tasks had to be killed at the stop timeout', '1 of 2 tasks did not exit with 0'
  ])
})
