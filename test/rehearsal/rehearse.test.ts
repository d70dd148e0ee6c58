import t from 'tap'

import { rehearse, type RehearsalEvent } from '../../lib/rehearsal/index'
import { tiny } from './fixtures/rehearsals'

t.jobs = 3

t.test('a service that drains by hand passes, and whoever listens is told of it', { buffered: true }, async (t) => {
  const events: RehearsalEvent[] = []

  const { verdict, requests, tasks, seed, order } = await rehearse(tiny('drains', { onEvent: (event) => events.push(event) }))

  t.match(verdict, { passed: true, lost: {}, reasons: [] })
  t.strictSame({ seed, order, sent: verdict.sent }, { seed: 1, order: 'together', sent: requests.length })
  t.match(tasks, [{ task: 1, exitCode: 0 }, { task: 2, signalled: undefined }])
  t.match(events.find(({ type }) => type === 'task'), { task: 1, state: 'starting' })
  t.match(events.findLast(({ type }) => type === 'load'), { sent: Number, answered: Number, lost: 0, at: Number })
})

t.test('the same service that exits at SIGTERM fails', { buffered: true }, async (t) => {
  const { verdict, tasks } = await rehearse(tiny('exits', { lag: [200, 300] }))

  t.equal(verdict.passed, false)
  t.match(verdict.reasons, [/^\d+ of \d+ requests were lost$/])
  t.match(Object.keys(verdict.lost)[0], /^(fast|slow): 502 (ECONNREFUSED|ECONNRESET)$/)
  t.match(tasks[0], { exitCode: 0 })
})

t.test('a service that does not start is no result', { buffered: true }, async (t) => {
  await t.rejects(rehearse(tiny('dies')), { message: /^task 1 ended while starting \(3\)/ })
})
