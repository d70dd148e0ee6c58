// What becomes of messages when the application stops.
import { GetQueueUrlCommand } from '@aws-sdk/client-sqs'
import Fastify from 'fastify'
import timers from 'node:timers/promises'
import t from 'tap'

import { deferred } from '../../lib/core/deferred'
import ecsGraceful from '../../lib/index'
import sqsPlugin from '../../lib/sqs/index'
import { consumerService, short } from '../helpers/consumer-service'
import { received, refusal, Sqs, type Answer, type Call } from '../helpers/sqs'
import { turn } from '../helpers/turn'

t.jobs = 8

let sqs: Sqs
t.before(async () => { sqs = await Sqs.start(t) })

/** How often something was asked of a queue. */
const count = (action: string, queue: string): number =>
  sqs.calls.filter((call) => call.action === action && String(call.body.QueueUrl).endsWith(`/${queue}`)).length
/** A stop that is over when all is done, long before its force point. */
const roomy = { ...short, stopTimeout: 14_000 }
const entries = ({ body }: Call): Array<Record<string, unknown>> => body.Entries as Array<Record<string, unknown>>

t.test('an idle consumer stops when its poll has come back, and polls no more', { buffered: true }, async (t) => {
  const { app, orders, logged } = await consumerService(t, sqs, 'idle')

  const stop = app.ecsGraceful.shutdown()
  t.equal(orders.state, 'draining')
  const polls = sqs.calls.filter(({ action, body }) => action === 'ReceiveMessage' && String(body.QueueUrl).endsWith('/idle')).length

  t.match(await stop, { outcome: 'drained', cut: { work: [] } })
  t.equal(orders.state, 'stopped')
  t.equal((await sqs.called('ReceiveMessage', 1, 'idle')).length, polls)
  t.match(logged.find(({ queue }) => queue === 'orders'), { level: 30, event: 'ecs-graceful', handedBack: 0, msg: 'consumer of orders stopped' })
})

t.test('a message that the last poll brings is handed back: by close() without a signal, too', { buffered: true }, async (t) => {
  const { app, queue, handler, orders } = await consumerService(t, sqs, 'closed')

  const closed = app.close()
  await turn()
  const id = await queue.send('late')
  await closed

  t.match(await queue.receive(), [{ MessageId: id, Attributes: { ApproximateReceiveCount: '2' } }])
  t.match([orders.handedBack, orders.inFlight, handler.began], [1, 0, []])
})

t.test('what the last poll of a FIFO queue brings is handed back group by group, the last of each first', { buffered: true }, async (t) => {
  const poll = deferred<Answer>()
  sqs.answers.set('last.fifo ReceiveMessage', () => poll.promise)
  sqs.answers.set('last.fifo ChangeMessageVisibilityBatch', () => ({ body: {} }))
  const { app } = await consumerService(t, sqs, 'last.fifo', { attributes: { FifoQueue: 'true' } })

  const stop = app.ecsGraceful.shutdown()
  poll.resolve({ body: { Messages: [received('a1', 'a'), received('b1', 'b'), received('a2', 'a')] } })
  await stop

  const shown = await sqs.called('ChangeMessageVisibilityBatch', 2, 'last.fifo')
  t.match(shown.map((call) => entries(call)), [
    [{ ReceiptHandle: 'a2', VisibilityTimeout: 0 }, { ReceiptHandle: 'b1', VisibilityTimeout: 0 }], [{ ReceiptHandle: 'a1' }]
  ])
})

t.test('a handler in flight goes on, and its message is deleted; what waits in its group is handed back at once', { buffered: true }, async (t) => {
  const receives = [['a1', 'a2', 'a3'].map((body) => received(body, 'a'))]
  sqs.answers.set('group.fifo ReceiveMessage', () => receives.length > 0 ? { body: { Messages: receives.shift() } } : undefined)
  sqs.answers.set('group.fifo ChangeMessageVisibilityBatch', () => ({ body: {} }))
  const { app, handler, orders } = await consumerService(t, sqs, 'group.fifo', { attributes: { FifoQueue: 'true' } })
  const signal = await handler.begun('a1')

  const stop = app.ecsGraceful.shutdown()
  const shown = await sqs.called('ChangeMessageVisibilityBatch', 2, 'group.fifo')
  t.notOk(signal.aborted)
  await handler.end('a1')

  t.match(await stop, { outcome: 'drained' })
  t.match(shown.map((call) => entries(call)), [[{ ReceiptHandle: 'a3', VisibilityTimeout: 0 }], [{ ReceiptHandle: 'a2' }]])
  t.match(entries((await sqs.called('DeleteMessageBatch', 1, 'group.fifo'))[0]!), [{ ReceiptHandle: 'a1' }])
  t.strictSame([handler.began, orders.handled, orders.handedBack], [['a1'], 1, 2])
})

t.test('a message is kept from others while it is handled during a stop', { buffered: true }, async (t) => {
  const { app, queue, handler } = await consumerService(t, sqs, 'kept', {
    sent: ['long'], options: { visibilityTimeoutSeconds: 2 }, timings: roomy
  })
  await handler.begun('long')

  const stop = app.ecsGraceful.shutdown()
  await sqs.called('ChangeMessageVisibilityBatch', 3, 'kept') // after three seconds
  t.strictSame(await queue.receive(), [])
  await handler.end('long')

  t.match(await stop, { outcome: 'drained' })
})

t.test('at the force point handlers are told, their messages are visible at once, and the report says how many', { buffered: true }, async (t) => {
  const { app, queue, handler, orders, logged } = await consumerService(t, sqs, 'forced', { sent: ['one', 'two', 'three'] })
  const signals = await Promise.all(['one', 'two', 'three'].map((body) => handler.begun(body)))

  const stop = app.ecsGraceful.shutdown()
  await handler.end('three')

  t.match(await stop, { outcome: 'cut', cut: { work: ['sqs orders: 2 messages'] } })
  t.strictSame(signals.map(({ aborted }) => aborted), [true, true, false])
  t.match(signals[0]?.reason, { name: 'AbortError', message: 'the time to stop is up: the message was handed back' })
  t.match(await queue.receive(), [{ Body: 'one' }, { Body: 'two' }])
  t.match(orders, { state: 'stopped', handedBack: 2, handled: 1 })
  t.match(logged.find(({ messageIds }) => messageIds), { level: 40, queue: 'orders', messageIds: { length: 2 } })
})

t.test('close() without a signal gives handlers gracePeriod, and hands back what they have not done', { buffered: true }, async (t) => {
  const { app, queue, handler, logged } = await consumerService(t, sqs, 'closed-early', { sent: ['one'] })
  const signal = await handler.begun('one')

  await app.close()

  t.ok(signal.aborted)
  t.match(await queue.receive(), [{ Body: 'one' }])
  t.match(logged.at(-1), { event: 'ecs-graceful-report', trigger: 'close', outcome: 'cut', cut: { work: ['sqs orders: 1 message'] } })
})

t.test('handlers are told at the force point, even if a hook that comes first hangs', { buffered: true }, async (t) => {
  const { app, handler } = await consumerService(t, sqs, 'hook', {
    sent: ['one'], also: (app) => { app.addHook('onClose', async () => { while (!told.aborted) await turn() }) }
  })
  const told = await handler.begun('one')

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'cut', errors: [] })
})

t.test('a handler that ends after the force point deletes nothing: its message is others\' now', { buffered: true }, async (t) => {
  const { app, queue, handler } = await consumerService(t, sqs, 'late', { sent: ['one'] })
  await handler.begun('one')

  const report = await app.ecsGraceful.shutdown()
  await handler.end('one')
  await turn()

  t.match(report, { cut: { work: ['sqs orders: 1 message'] } })
  t.match(await queue.receive(), [{ Body: 'one' }])
})

t.test('a message that was handled is not handed back at the force point: its delete is tried until the clients are closed', { buffered: true }, async (t) => {
  sqs.answers.set('deleting DeleteMessageBatch', () => refusal('RequestThrottled'))
  const { app, handler, logged } = await consumerService(t, sqs, 'deleting', { sent: ['one'] })
  await handler.end('one')
  await sqs.called('DeleteMessageBatch', 1, 'deleting')

  const report = await app.ecsGraceful.shutdown()

  t.match(report, { outcome: 'cut', cut: { work: ['sqs orders: 1 message'] }, errors: [] })
  t.match(logged.filter(({ queue }) => queue === 'orders'), [{ msg: /it is tried again/ }, { msg: /it may come again/ }])
  t.notOk(sqs.calls.some(({ action, body }) => action === 'ChangeMessageVisibilityBatch' && String(body.QueueUrl).endsWith('/deleting')))
})

t.test('what cannot be handed back takes half of closeTimeout, and is named in the log', { buffered: true }, async (t) => {
  sqs.answers.set('stuck ChangeMessageVisibilityBatch', () => new Promise(() => {}))
  const { app, handler, logged, orders } = await consumerService(t, sqs, 'stuck', { sent: ['one'] })
  await handler.begun('one')

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'cut', cut: { work: ['sqs orders: 1 message'] }, errors: [] })

  t.match(logged.filter(({ queue }) => queue === 'orders'), [{ msg: /handed back/ }, { level: 50, msg: /a message could not be handed back/ }])
  t.equal(orders.handedBack, 0)
})

t.test('a poll that never comes back is named at the force point, and not aborted', { buffered: true }, async (t) => {
  const poll = deferred<Answer>()
  t.teardown(() => poll.resolve('hang up'))
  sqs.answers.set('silent ReceiveMessage', () => poll.promise)
  const { app } = await consumerService(t, sqs, 'silent')

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'cut', cut: { work: ['sqs orders: a poll'] }, errors: [] })
})

t.test('a consumer that pauses, one that waits for a place, and one whose receives fail stop at once', { buffered: true }, async (t) => {
  const paused = await consumerService(t, sqs, 'stops-paused', { timings: roomy })
  paused.orders.pause()
  await sqs.called('ReceiveMessage', 1, 'stops-paused')
  sqs.answers.set('stops-failing ReceiveMessage', () => refusal('AccessDenied'))
  const failing = await consumerService(t, sqs, 'stops-failing', { timings: roomy })
  const full = await consumerService(t, sqs, 'stops-full', { sent: ['one'], options: { concurrency: 1 }, timings: roomy })
  await full.handler.begun('one')

  const stops = [paused, failing, full].map(({ app }) => app.ecsGraceful.shutdown())
  await full.handler.end('one')

  t.match(await Promise.all(stops), [{ outcome: 'drained' }, { outcome: 'drained' }, { outcome: 'drained' }])
})

t.test('a consumer of an application that never was ready has not polled, and closes', { buffered: true }, async (t) => {
  const { url } = sqs.create('unready')
  const app = Fastify()
  await app.register(ecsGraceful, { signals: false })
  await app.register(sqsPlugin, { name: 'orders', queueUrl: url, handler: () => {} })
  const { orders } = app.sqs
  t.equal(orders?.state, 'waiting')

  await app.close()

  t.equal(orders?.state, 'stopped')
  t.notOk(sqs.calls.some(({ body }) => String(body.QueueUrl).endsWith('/unready')))
})

t.test('a poll that fails after the signal is not made again, although the client would', { buffered: true }, async (t) => {
  const poll = deferred<Answer>()
  sqs.answers.set('retried ReceiveMessage', () => poll.promise)
  const { app, logged } = await consumerService(t, sqs, 'retried', { options: { client: sqs.client(t, { maxAttempts: 3 }) } })

  const stop = app.ecsGraceful.shutdown()
  poll.resolve('hang up')

  t.match(await stop, { outcome: 'drained', errors: [] })
  t.equal(count('ReceiveMessage', 'retried'), 1)
  t.strictSame(logged.filter(({ level }) => Number(level) > 30), [])
})

t.test('no poll is cut short by a timeout of the client', { buffered: true }, async (t) => {
  const client = sqs.client(t, { requestHandler: { requestTimeout: 300, throwOnRequestTimeout: true } })
  const { app, orders, logged } = await consumerService(t, sqs, 'patient', { options: { client } })

  await sqs.called('ReceiveMessage', 2, 'patient')

  t.equal(orders.error, null)
  t.match(await app.ecsGraceful.shutdown(), { outcome: 'drained' })
  t.strictSame(logged.filter(({ level }) => Number(level) > 30), [])
})

t.test('what is handed back is visible, each message of it, though the network is down at first and SQS then refuses some', { buffered: true }, async (t) => {
  const poll = deferred<Answer>()
  const seen: string[] = []
  sqs.answers.set('partly ReceiveMessage', () => poll.promise)
  sqs.answers.set('partly ChangeMessageVisibilityBatch', (call) => {
    const asked = entries(call).map(({ Id, ReceiptHandle }) => ({ Id, receipt: String(ReceiptHandle) }))
    const isFirst = seen.length === 0
    const refused = asked.filter(({ receipt }) => receipt === 'two' && seen.filter((before) => before === 'two').length === 1)
    seen.push(...asked.map(({ receipt }) => receipt))
    return isFirst ? 'hang up' : { body: { Failed: refused.map(({ Id }) => ({ Id, Code: 'RequestThrottled' })) } }
  })
  const { app, orders } = await consumerService(t, sqs, 'partly', { timings: roomy })

  const stop = app.ecsGraceful.shutdown()
  poll.resolve({ body: { Messages: [received('one', ''), received('two', ''), received('three', '')] } })

  t.match(await stop, { outcome: 'drained' })
  t.strictSame(seen.slice(0, 3), ['one', 'two', 'three'], 'in one call')
  t.strictSame(seen.slice(3).sort(), ['one', 'three', 'two', 'two'], 'and those that were not taken again, in however many')
  t.equal(orders.handedBack, 3)
})

t.test('credentials that are gone at the signal cost the messages, until their time is over, and not the stop', { buffered: true }, async (t) => {
  let gone = false
  const credentials = async () => {
    if (gone) throw new Error('no credentials')
    return { accessKeyId: 'key', secretAccessKey: 'secret', expiration: new Date(0) } // asked for anew each time
  }
  const { app, handler, logged } = await consumerService(t, sqs, 'expelled', { sent: ['one'], options: { client: sqs.client(t, { credentials }) } })
  await handler.begun('one')

  gone = true

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'cut', cut: { work: ['sqs orders: 1 message'] }, errors: [] })
  t.match(logged.filter(({ level, queue }) => queue && level === 50).at(-1), { msg: /a message could not be handed back/, err: { message: 'no credentials' } })
})

t.test('a poll that never comes back keeps no close(), not even one that a hook has delayed', { buffered: true }, async (t) => {
  const poll = deferred<Answer>()
  t.teardown(() => poll.resolve('hang up'))
  sqs.answers.set('delayed ReceiveMessage', () => poll.promise)
  const { app } = await consumerService(t, sqs, 'delayed', {
    timings: { ...short, stopTimeout: 5_500, closeTimeout: 2_000 },
    also: (app) => { app.addHook('onClose', async () => await timers.setTimeout(1_200)) } // longer than half of closeTimeout
  })

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'cut', cut: { work: ['sqs orders: a poll'] }, errors: [] })
})

t.test('two queues of one client stop each by itself, and the client stays its owner\'s', { buffered: true }, async (t) => {
  const client = sqs.client(t)
  const refunds = sqs.create('shared-refunds')
  const { app, queue, handler, logged } = await consumerService(t, sqs, 'shared-orders', {
    sent: ['one'],
    options: { client },
    also: (app) => { void app.register(sqsPlugin, { name: 'refunds', queueUrl: refunds.url, client, waitTimeSeconds: 1, handler: () => {} }) }
  })
  await handler.begun('one')

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'cut', cut: { work: ['sqs orders: 1 message'] } })

  t.match(app.sqs, { orders: { state: 'stopped', handedBack: 1 }, refunds: { state: 'stopped', handedBack: 0 } })
  t.match(logged.filter(({ handedBack }) => handedBack !== undefined), [{ queue: 'refunds' }, { queue: 'orders' }])
  t.match(await queue.receive(), [{ Body: 'one' }])
  t.match(await client.send(new GetQueueUrlCommand({ QueueName: 'shared-orders' })), { QueueUrl: /shared-orders$/ })
})
