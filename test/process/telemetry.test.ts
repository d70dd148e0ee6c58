import t from 'tap'

import type { DrainReport } from '../../types/index'
import { brisk, startService } from '../helpers/child'
import { emfFaults } from '../helpers/emf'

t.jobs = 4

t.test('the line is out before the process has gone, and before the report, which is one line as ever', { buffered: true }, async (t) => {
  const { child } = await startService(t, { options: { ...brisk, telemetry: { emf: { namespace: 'Shop' } } } })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  const last = child.lines.slice(-2)
  t.match(last, [{ _aws: { CloudWatchMetrics: [{ Namespace: 'Shop', Dimensions: [[]] }] }, Outcome: 'drained' }, { event: 'ecs-graceful-report' }])
  t.strictSame(emfFaults(JSON.stringify(last[0])), [])
  t.equal(last[0]?.DrainDuration, (last[1]?.durations as DrainReport['durations']).total)
  t.equal(child.lines.filter((line) => '_aws' in line).length, 1)
})

t.test('without the option there is no such line', { buffered: true }, async (t) => {
  const { child } = await startService(t)

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.notOk(child.lines.some((line) => '_aws' in line))
})

t.test('nobody reads what is written: the task drains all the same, and exits 0', { buffered: true }, async (t) => {
  const { child } = await startService(t, { options: { ...brisk, telemetry: { emf: { namespace: 'Shop' } } } })
  child.hangUp()

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
})

t.test('subscribers that throw are heard on stderr, and do no harm', { buffered: true }, async (t) => {
  const { child } = await startService(t, { with: ['subscribers-throw'], options: { ...brisk, resources: { file: 'closes' } } })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { trigger: 'SIGTERM', left: 'quiet', outcome: 'drained', errors: [] })
  const said = child.lines.map(({ text }) => text).filter((text) => /^Error: the subscriber/.test(String(text)))
  t.strictSame(said, [
    'Error: the subscriber to phase threw', 'Error: the subscriber to phase threw', 'Error: the subscriber to phase threw',
    'Error: the subscriber to client threw', 'Error: the subscriber to phase threw', 'Error: the subscriber to report threw'
  ])
})

t.test('an exception of the application is one, whoever listens to the channels', { buffered: true }, async (t) => {
  const { child } = await startService(t, { with: ['subscribers-throw', 'rejects-while-draining'] })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'failed', errors: [{ message: 'rejected by nobody' }, { message: 'thrown by nobody' }] })
})

t.test('the process is there until metrics are sent', { buffered: true }, async (t) => {
  const { child } = await startService(t, { with: ['subscriber-takes-its-time'] })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.ok(child.lines.some((line) => line.metricsSent))
})
