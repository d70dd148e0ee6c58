// Real children and real signals; the races are forced, by the wire to the queue or by an event loop that stands still.
import t, { type Test } from 'tap'

import { startDatabases, type Databases } from '../../examples/checkout/databases'
import { deferred } from '../../lib/core/deferred'
import { brisk, startService, type Child, type ChildOptions } from '../helpers/child'
import { get } from '../helpers/http'
import { credentials, Sqs, type Answer, type Queue } from '../helpers/sqs'

t.jobs = 4

let sqs: Sqs
let databases: Databases
t.before(async () => { [sqs, databases] = await Promise.all([Sqs.start(t), startDatabases()]) })
t.teardown(() => databases.stop())

interface WorkerOptions extends ChildOptions {
  /** Of its queue. */
  readonly queue?: object
  /** Bodies of messages that are there before it is. */
  readonly sent?: readonly string[]
}

/** A worker with a queue of its own, whose first poll is under way. */
async function worker (
  t: Test, name: string, { queue: options, sent = [], env, ...rest }: WorkerOptions = {}
): Promise<{ child: Child, port: number, queue: Queue }> {
  const queue = sqs.create(name)
  for (const body of sent) await queue.send(body)
  const QUEUE = JSON.stringify({ name: 'orders', queueUrl: queue.url, waitTimeSeconds: 2, ...options })
  const service = await startService(t, { fixture: 'worker.js', ...rest, env: { ...credentials, PG_URL: databases.databaseUrl, REDIS_URL: databases.redisUrl, QUEUE, ...env } })
  await sqs.called('ReceiveMessage', 1, name)
  return { ...service, queue }
}

const began = ({ lines }: Child): unknown[] => lines.flatMap((line) => 'began' in line ? [line.began] : [])

t.test('a message that comes to the poll under way at the signal is handed back, and nobody is left without it', { buffered: true }, async (t) => {
  const { child, queue } = await worker(t, 'last-poll')

  child.send('SIGTERM')
  await child.phase('closing')
  const id = await queue.send('0')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { outcome: 'drained', left: 'skipped', cut: { work: [] } })
  t.match(await child.line((line) => line.queue === 'orders'), { handedBack: 1 })
  t.match(await queue.receive(), [{ MessageId: id, Attributes: { ApproximateReceiveCount: '2' } }])
  t.strictSame(began(child), [])
})

t.test('an idle worker ends with its poll, and leaves no message hidden that is sent afterwards', { buffered: true }, async (t) => {
  const { child, queue } = await worker(t, 'idle-process', { queue: { waitTimeSeconds: 1 } })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  const id = await queue.send('0')
  t.match(await queue.receive(), [{ MessageId: id, Attributes: { ApproximateReceiveCount: '1' } }])
})

t.test('a message that has been received when the signal comes, and not begun, is begun or handed back, and nothing between', { buffered: true }, async (t) => {
  const { child, queue } = await worker(t, 'between')
  child.send('SIGUSR2') // its event loop stands still
  await child.line((line) => 'still' in line)
  const id = await queue.send('0')
  child.send('SIGTERM')

  child.unblock()

  t.strictSame(await child.exit, { code: 0, signal: null })
  const { handedBack } = await child.line((line) => line.queue === 'orders')
  const visible = await queue.receive()
  t.strictSame([began(child).length + visible.length, visible.length], [1, handedBack])
  t.ok(visible.every(({ MessageId }) => MessageId === id))
})

for (const way of ['clients', 'clients later']) {
  t.test(`a handler in flight can use pg and Redis, which are closed after it: ${way}`, { buffered: true }, async (t) => {
    const { child, queue } = await worker(t, way.replace(' ', '-'), { with: [way], sent: ['query'] })
    await child.line((line) => line.began === 'query')

    child.send('SIGTERM')

    t.strictSame(await child.exit, { code: 0, signal: null })
    t.match(await child.report(), { outcome: 'drained', clients: { length: 2 } })
    const story = child.lines.flatMap((line) => line.ended === 'query' ? ['query'] : line.client ? ['client closed'] : line.queue ? ['consumer'] : [])
    t.strictSame(story, ['query', 'consumer', 'client closed', 'client closed'])
    t.strictSame(await queue.receive(), [])
  })
}

t.test('consumers stop first, HTTP drains, then work ends, and then clients are closed', { buffered: true }, async (t) => {
  const { child, port } = await worker(t, 'in-order', { with: ['http', 'clients'], queue: { waitTimeSeconds: 1 }, options: { ...brisk, drainDelay: 2_000 } })

  child.send('SIGTERM')
  await child.line((line) => line.queue === 'orders')
  const last = get(port, '/slow/1500')
  t.match(await get(port, '/work'), { status: 200 })

  t.match(await last, { status: 200 })
  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { outcome: 'drained', cut: { work: [] } })
  const story = child.lines.flatMap((line) =>
    line.queue ? ['consumer'] : line.phase === 'closing' ? ['closing'] : line.http ? ['http'] : line.worked ? ['work'] : line.client ? ['client'] : [])
  t.strictSame(story, ['consumer', 'closing', 'http', 'work', 'client', 'client'])
})

t.test('a handler that never ends is told at the force point, its message handed back, and the report names it', { buffered: true }, async (t) => {
  const options = { ...brisk, stopTimeout: 6_000, closeTimeout: 1_000, gracePeriod: 500 }
  const { child, queue } = await worker(t, 'never', { options, sent: ['never'] })
  await child.line((line) => line.began === 'never')

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'cut', cut: { work: ['sqs orders: 1 message'] }, errors: [] })
  t.match(await child.line((line) => 'told' in line), { told: 'never', reason: /was handed back/ })
  t.match(await queue.receive(), [{ Body: 'never' }])
})

t.test('a delete that is under way at the signal is waited for, and one that the network cuts is made again', { buffered: true }, async (t) => {
  const answers = [deferred<Answer>(), deferred<Answer>()]
  const left = [...answers]
  sqs.answers.set('delete-cut DeleteMessageBatch', () => left.shift()?.promise)
  const { child, queue } = await worker(t, 'delete-cut', { sent: ['0'] })
  await sqs.called('DeleteMessageBatch', 1, 'delete-cut')

  child.send('SIGTERM')
  await child.phase('closing')
  for (const answer of answers) answer.resolve('hang up')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { outcome: 'drained' })
  t.strictSame([began(child), await queue.receive()], [['0'], []])
})

t.test('where there is a server too, consumers stop first and requests are served on', { buffered: true }, async (t) => {
  const { child, port, queue } = await worker(t, 'served', { with: ['http'], queue: { waitTimeSeconds: 1 } })
  const still = setInterval(() => { void get(port, '/fast').catch(() => {}) }, 100) // it is not quiet
  t.teardown(() => clearInterval(still))

  child.send('SIGTERM')
  const stopped = await child.line((line) => line.queue === 'orders')
  t.match(await get(port, '/fast'), { status: 200 })
  await queue.send('0')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { outcome: 'drained' })
  t.ok(child.lines.indexOf(stopped) < child.lines.indexOf(await child.phase('closing')))
  t.match(await queue.receive(), [{ Body: '0', Attributes: { ApproximateReceiveCount: '1' } }])
})

t.test('a batch in flight is finished, and deleted in one call', { buffered: true }, async (t) => {
  const { child, queue } = await worker(t, 'batch-process', { with: ['batches'], sent: ['500', '501', '502'] })
  await child.line((line) => line.began === '502')

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  const deleted = await sqs.called('DeleteMessageBatch', 1, 'batch-process')
  t.strictSame(deleted.map(({ body }) => (body.Entries as unknown[]).length), [3])
  t.strictSame(await queue.receive(), [])
})

t.test('a second Ctrl-C hands back what is in flight, and does not wait for the force point', { buffered: true }, async (t) => {
  const { child, queue } = await worker(t, 'interrupted', { sent: ['never'], options: { ...brisk, stopTimeout: 60_000 } })
  await child.line((line) => line.began === 'never')

  child.send('SIGINT')
  await child.phase('closing')
  child.send('SIGINT')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'cut', cut: { work: ['sqs orders: 1 message'] } })
  t.match(await queue.receive(), [{ Body: 'never' }])
})
