import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import t from 'tap'

import { noOrder } from '../../lib/core/order'
import { emfDocument, writeLine } from '../../lib/telemetry/emf'
import type { DrainReport, EcsTask } from '../../types/index'
import { emfFaults } from '../helpers/emf'

const report: DrainReport = {
  version: 1,
  trigger: 'SIGTERM',
  cause: { ecs: null, spot: null, ...noOrder },
  outcome: 'timed-out',
  exitCode: 1,
  left: 'limit',
  durations: { draining: 14_500, closing: 7_500, clients: 5_000, total: 27_000 },
  served: 1_234,
  accepted: 1,
  webSockets: { told: 3, peakPerSecond: 2 },
  cut: { requests: [{ method: 'GET', route: '/slow', atLeast: 8_000 }], unnamed: 20, upgraded: 300, work: ['import', 'export'] },
  clients: [
    { name: 'pg', outcome: 'forced', duration: 3_000 },
    { name: 'redis', outcome: 'closed', duration: 2 },
    { name: 'queue', outcome: 'failed', duration: 3 },
    { name: 'cache', outcome: 'timed-out', duration: 5_000 }
  ],
  repeatedSignals: 0,
  errors: []
}
const task: EcsTask = { arn: 'arn:aws:ecs:eu-west-1:111122223333:task/shop/abc', id: 'abc', family: 'shop-api', revision: '42', container: {} }

const documentOf = (of: EcsTask | null) => emfDocument('Shop/API', report, of, Date.now()) as Record<string, unknown>
const dimensionsOf = (of: EcsTask | null) => {
  const { CloudWatchMetrics: [{ Dimensions }] } = documentOf(of)._aws as { CloudWatchMetrics: [{ Dimensions: string[][] }] }
  return Dimensions
}

t.test('the figures of a drain are metrics by the specification', async (t) => {
  const document = documentOf(task)

  t.strictSame(emfFaults(JSON.stringify(document)), [])
  t.match(document, {
    _aws: {
      CloudWatchMetrics: [{
        Namespace: 'Shop/API',
        Dimensions: [['Family'], ['Family', 'Revision']],
        Metrics: [
          { Name: 'DrainDuration', Unit: 'Milliseconds' },
          { Name: 'RequestsServed', Unit: 'Count' },
          { Name: 'Cut', Unit: 'Count' },
          { Name: 'ClientsForced', Unit: 'Count' },
          { Name: 'ClientsLeftOpen', Unit: 'Count' }
        ]
      }]
    },
    Family: 'shop-api',
    Revision: '42',
    Task: 'abc',
    Trigger: 'SIGTERM',
    Outcome: 'timed-out',
    DrainDuration: 27_000,
    RequestsServed: 1_234,
    Cut: 323,
    ClientsForced: 1,
    ClientsLeftOpen: 2
  })
})

t.test('dimensions are only what is known, and what CloudWatch takes', async (t) => {
  const tasks: Array<EcsTask | null> = [
    null, { ...task, family: undefined }, { ...task, revision: undefined }, { ...task, family: 'für' }, { ...task, family: ' ' },
    { ...task, family: 'x'.repeat(1_025) }, { ...task, family: 'x'.repeat(1_024), revision: '4\n2' }
  ]

  t.strictSame(tasks.map(dimensionsOf), [[[]], [[]], [['Family']], [[]], [[]], [[]], [['Family']]])
  t.strictSame(tasks.flatMap((of) => emfFaults(JSON.stringify(documentOf(of)))), [])
})

t.test('what the test of the specification looks for can be found', async (t) => {
  const spoilt = (change: (document: { _aws: { Timestamp: number, CloudWatchMetrics: [Record<string, any>] } } & Record<string, any>) => void) => {
    const document = structuredClone(documentOf(task)) as never
    change(document)
    return emfFaults(JSON.stringify(document))
  }

  t.strictSame([
    spoilt(({ _aws }) => { _aws.Timestamp /= 1_000 }),
    spoilt(({ _aws }) => { _aws.CloudWatchMetrics[0].Dimensions = [] }),
    spoilt(({ _aws }) => { _aws.CloudWatchMetrics[0].Dimensions = [['Zone']] }),
    spoilt(({ _aws }) => { _aws.CloudWatchMetrics[0].Extra = 1 }),
    spoilt((document) => { document._aws.CloudWatchMetrics[0].Metrics[0].Unit = 'ms' }),
    spoilt((document) => { document.Cut = '1' })
  ].map(({ length }) => length), [1, 1, 1, 1, 1, 1])
})

t.test('a line is out when it has been taken, and leaves nothing behind', async (t) => {
  const out = new PassThrough()
  const before = out.eventNames()

  await writeLine('{}', out)

  t.equal(String(out.read()), '{}\n')
  t.strictSame(out.eventNames(), before)
})

t.test('a line that cannot get out is given up without a word', async (t) => {
  const closed = new Writable({ write: (_chunk, _encoding, done) => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })) })

  await t.resolves(writeLine('{}', closed))
  await t.resolves(writeLine('{}', closed), 'and so is the next')

  t.equal(closed.listenerCount('error'), 0)
})

t.test('docs/telemetry.md has every metric with its unit, and a sample that is one', async (t) => {
  const docs = readFileSync(join(__dirname, '../../docs/telemetry.md'), 'utf8')
  const rows = [...docs.matchAll(/^\| `(\w+)` \| (Milliseconds|Count) \|/gm)].map(([, Name, Unit]) => ({ Name, Unit }))
  const sample = JSON.parse(/^\{"_aws".*$/m.exec(docs)![0]) as { _aws: { CloudWatchMetrics: [{ Metrics: unknown }] } }
  const { _aws: { CloudWatchMetrics: [{ Metrics }] } } = documentOf(task) as typeof sample

  t.strictSame(rows, Metrics)
  t.strictSame(sample._aws.CloudWatchMetrics[0].Metrics, Metrics)
  t.strictSame(Object.keys(sample), Object.keys(documentOf(task)))
  t.strictSame(emfFaults(JSON.stringify({ ...sample, _aws: { ...sample._aws, Timestamp: Date.now() } })), [])
})
