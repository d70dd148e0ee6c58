// What becomes of messages, while the task is ready.
import type { Message } from '@aws-sdk/client-sqs'
import t from 'tap'

import type { SqsContext, SqsOptions } from '../../types/sqs'
import { consumerService } from '../helpers/consumer-service'
import { Handler } from '../helpers/handler'
import { received, refusal, Sqs, type Call } from '../helpers/sqs'
import { turn } from '../helpers/turn'

t.jobs = 8

let sqs: Sqs
t.before(async () => { sqs = await Sqs.start(t) })

const ofQueue = (name: string) => ({ body }: Call): boolean => String(body.QueueUrl).endsWith(name)
const entries = ({ body }: Call): Array<Record<string, unknown>> => body.Entries as Array<Record<string, unknown>>

t.test('a message is deleted when its handler has ended, and nothing is said about it', { buffered: true }, async (t) => {
  const { queue, handler, orders, logged } = await consumerService(t, sqs, 'handled')
  await queue.send('one')

  await handler.begun('one')
  t.match(orders, { name: 'orders', queueUrl: queue.url, state: 'running', inFlight: 1, handled: 0 })
  await handler.end('one')
  await sqs.called('DeleteMessageBatch', 1, 'handled')
  await sqs.called('ReceiveMessage', 3, 'handled')

  t.match(orders, { inFlight: 0, handled: 1, failed: 0, handedBack: 0, error: null })
  t.strictSame(logged, [])
})

t.test('a place that is free is polled for while other handlers run, and for no more messages than there are places', { buffered: true }, async (t) => {
  const { handler, orders } = await consumerService(t, sqs, 'places', { sent: ['one', 'two', 'three'], options: { concurrency: 2 } })

  await handler.begun('two')
  t.strictSame([handler.began, orders.inFlight], [['one', 'two'], 2])
  await handler.end('two')
  await handler.begun('three')

  const asked = (await sqs.called('ReceiveMessage', 2, 'places')).map(({ body }) => body.MaxNumberOfMessages)
  t.strictSame([asked[0], asked.at(-1), handler.began], [2, 1, ['one', 'two', 'three']])
  await handler.end('one')
  await handler.end('three')
})

t.test('a consumer that pauses receives nothing more until it goes on', { buffered: true }, async (t) => {
  const { queue, handler, orders } = await consumerService(t, sqs, 'paused')
  orders.pause()
  t.equal(orders.state, 'paused')
  await queue.send('to the poll under way')
  await handler.end('to the poll under way')
  await sqs.called('DeleteMessageBatch', 1, 'paused')
  await queue.send('later')

  const others = await queue.receive(1)
  t.match(others, [{ Body: 'later' }])
  await queue.release(others[0]!)
  orders.resume()
  await handler.end('later')

  t.equal(orders.state, 'running')
})

t.test('a message is kept from others for as long as its handler takes', { buffered: true }, async (t) => {
  const { queue, handler } = await consumerService(t, sqs, 'long', { options: { visibilityTimeoutSeconds: 2 } })
  await queue.send('long')
  await handler.begun('long')

  await sqs.called('ChangeMessageVisibilityBatch', 3, 'long') // after three seconds

  t.strictSame(await queue.receive(), [])
  await handler.end('long')
})

t.test('a message that others may have by now is told to its handler', { buffered: true }, async (t) => {
  const { queue, handler, logged } = await consumerService(t, sqs, 'expired', { options: { visibilityTimeoutSeconds: 2 } })
  sqs.answers.set('expired ChangeMessageVisibilityBatch', () => ({ body: { Failed: [{ Id: '0', Code: 'MessageNotInflight', SenderFault: true }] } }))
  const id = await queue.send('slow')
  const signal = await handler.begun('slow')

  await sqs.called('ChangeMessageVisibilityBatch', 1, 'expired')
  while (!signal.aborted) await turn()

  t.match(signal.reason, { name: 'AbortError', message: 'others may have the message: MessageNotInflight' })
  t.match(logged, [{ level: 40, queue: 'orders', messageId: id, receiveCount: 1, msg: /may be handled twice/ }])
  await handler.end('slow')
})

t.test('a message whose handler throws comes again when its visibility timeout is over; its body is not in the log', { buffered: true }, async (t) => {
  const { queue, handler, orders, logged } = await consumerService(t, sqs, 'throws', { options: { visibilityTimeoutSeconds: 2 } })
  const id = await queue.send('secret')

  await handler.end('secret', new Error('no stock'))
  await handler.begun('secret', 2)

  t.equal(orders.failed, 1)
  t.match(logged, [{ level: 50, queue: 'orders', messageId: id, receiveCount: 1, err: { message: 'no stock' }, msg: 'a handler failed' }])
  t.notMatch(JSON.stringify(logged), 'secret')
  await handler.end('secret')
})

t.test('retryAfterSeconds says when a failed message comes again', { buffered: true }, async (t) => {
  const asked: unknown[] = []
  const answers = [0, -1, 0]
  const retryAfterSeconds = (message: Message, error: unknown): number => {
    asked.push([message.Attributes?.ApproximateReceiveCount, (error as Error).message])
    return answers.shift()!
  }
  const { queue, handler, logged } = await consumerService(t, sqs, 'retry', { options: { retryAfterSeconds, visibilityTimeoutSeconds: 2 } })
  await queue.send('one')

  await handler.end('one', new Error('first'))
  await handler.begun('one', 2)
  await handler.end('one', new Error('second'))
  await handler.begun('one', 3)

  t.strictSame(asked, [['1', 'first'], ['2', 'second']])
  const { body } = sqs.calls.filter(ofQueue('retry')).find(({ action }) => action === 'ChangeMessageVisibilityBatch')!
  t.match(body, { Entries: [{ VisibilityTimeout: 0 }] })
  t.match(logged.at(-1), { level: 50, msg: /retryAfterSeconds gave no number of seconds/, err: { message: /0 to 43200, but is -1/ } })
  await handler.end('one')
})

t.test('a batch handler gets what one receive brings, and only what it reports as failed comes again', { buffered: true }, async (t) => {
  const batches: string[][] = []
  const batchHandler = (messages: readonly Message[]) => {
    batches.push(messages.map(({ Body }) => Body!))
    const failed = messages.filter(({ Body, Attributes }) => Body === 'bad' && Attributes?.ApproximateReceiveCount === '1')
    return { batchItemFailures: failed.map(({ MessageId }) => ({ itemIdentifier: MessageId! })) }
  }
  const options = { handler: undefined, batchHandler, retryAfterSeconds: 0 } as Partial<SqsOptions>
  const { orders } = await consumerService(t, sqs, 'batches', { sent: ['good', 'bad', 'best'], options })

  const deleted = await sqs.called('DeleteMessageBatch', 2, 'batches')

  t.strictSame(batches, [['good', 'bad', 'best'], ['bad']])
  t.strictSame([deleted.map((call) => entries(call).length), orders.failed], [[2, 1], 1])
})

t.test('a batch handler is given full batches: no poll begins before ten places are free', { buffered: true }, async (t) => {
  const work = new Handler()
  const batchHandler = async (messages: readonly Message[], context: SqsContext): Promise<void> => work.handle(messages[0]!, context)
  const options = { handler: undefined, batchHandler, concurrency: 12 } as Partial<SqsOptions>
  const { queue, orders } = await consumerService(t, sqs, 'full-batches', { sent: ['one', 'two', 'three'], options })
  await work.begun('one')
  t.equal(orders.inFlight, 3)
  await queue.send('four')

  const others = await queue.receive(1)
  t.match(others, [{ Body: 'four' }])
  await queue.release(others[0]!)
  await work.end('one')

  await work.end('four')
})

t.test('messages of a FIFO group are handled one at a time, and groups side by side', { buffered: true }, async (t) => {
  const { queue, handler } = await consumerService(t, sqs, 'groups.fifo', { attributes: { FifoQueue: 'true' } })
  for (const [body, group] of [['a1', 'a'], ['a2', 'a'], ['b1', 'b']] as const) await queue.send(body, group)

  await handler.begun('a1')
  await handler.begun('b1')
  await sqs.called('ReceiveMessage', 4, 'groups.fifo')
  t.notOk(handler.began.includes('a2'))
  await handler.end('a1')
  await handler.end('a2')
  await handler.end('b1')
})

t.test('a failure in a FIFO group stops what came with it: it is handed back, the last first, and then the failed one', { buffered: true }, async (t) => {
  const receives = [['a1', 'a2', 'a3'].map((body) => received(body, 'a')).concat(received('b1', 'b'))]
  sqs.answers.set('fails.fifo ReceiveMessage', () => receives.length > 0 ? { body: { Messages: receives.shift() } } : undefined)
  sqs.answers.set('fails.fifo ChangeMessageVisibilityBatch', () => ({ body: {} }))
  const { handler, orders } = await consumerService(t, sqs, 'fails.fifo', { attributes: { FifoQueue: 'true' }, options: { retryAfterSeconds: 7 } })
  await handler.begun('b1')
  t.strictSame([handler.began, orders.inFlight], [['a1', 'b1'], 4])

  await handler.end('a1', new Error('no'))
  const shown = (await sqs.called('ChangeMessageVisibilityBatch', 3, 'fails.fifo')).map((call) => entries(call)[0])
  await handler.end('b1')

  t.match(shown, [{ ReceiptHandle: 'a3', VisibilityTimeout: 0 }, { ReceiptHandle: 'a2', VisibilityTimeout: 0 }, { ReceiptHandle: 'a1', VisibilityTimeout: 7 }])
  t.strictSame(handler.began, ['a1', 'b1'])
})

t.test('a message that others may have by the time of its turn is not begun', { buffered: true }, async (t) => {
  const receives = [['a1', 'a2', 'a3'].map((body) => received(body, 'a'))]
  const failed = (call: Call): object[] => entries(call).filter(({ ReceiptHandle }) => ReceiptHandle === 'a2').map(({ Id }) => ({ Id, Code: 'MessageNotInflight' }))
  sqs.answers.set('turn.fifo ReceiveMessage', () => receives.length > 0 ? { body: { Messages: receives.shift() } } : undefined)
  sqs.answers.set('turn.fifo DeleteMessageBatch', () => ({ body: {} }))
  sqs.answers.set('turn.fifo ChangeMessageVisibilityBatch', (call) => ({ body: { Failed: failed(call) } }))
  const { handler, orders, logged } = await consumerService(t, sqs, 'turn.fifo', {
    attributes: { FifoQueue: 'true' }, options: { visibilityTimeoutSeconds: 2 }
  })
  await handler.begun('a1')
  // After a second, for all that came together: mostly in one call.
  for (let calls = 1, extended = new Set(); extended.size < 3; calls++) {
    const made = await sqs.called('ChangeMessageVisibilityBatch', calls, 'turn.fifo')
    extended = new Set(made.flatMap(entries).map(({ ReceiptHandle }) => ReceiptHandle))
  }
  while (logged.length === 0) await turn()

  await handler.end('a1')
  while (orders.inFlight > 0) await turn()

  t.strictSame([handler.began, orders.handled, orders.handedBack], [['a1'], 1, 1])
})

t.test('a message of a FIFO group that cannot be deleted is followed by nothing that came with it: it will come again before them', { buffered: true }, async (t) => {
  const receives = [['a1', 'a2'].map((body) => received(body, 'a'))]
  sqs.answers.set('gone.fifo ReceiveMessage', () => receives.length > 0 ? { body: { Messages: receives.shift() } } : undefined)
  sqs.answers.set('gone.fifo ChangeMessageVisibilityBatch', () => ({ body: {} }))
  sqs.answers.set('gone.fifo DeleteMessageBatch', () => ({ body: { Failed: [{ Id: '0', Code: 'InvalidParameterValue', Message: 'The receipt handle has expired' }] } }))
  const { handler, logged } = await consumerService(t, sqs, 'gone.fifo', { attributes: { FifoQueue: 'true' } })

  await handler.end('a1')
  const [shown] = await sqs.called('ChangeMessageVisibilityBatch', 1, 'gone.fifo')

  t.match(entries(shown!), [{ ReceiptHandle: 'a2', VisibilityTimeout: 0 }])
  t.strictSame(handler.began, ['a1'])
  t.match(logged, [{ messageId: 'a1', err: { message: 'The receipt handle has expired' }, msg: /it may come again/ }])
})

t.test('a message that was handled is deleted, however often the network fails in between, and not handled again', { buffered: true }, async (t) => {
  const failures = ['hang up', refusal('RequestThrottled'), { body: { Failed: [{ Id: '0', Code: 'InternalError' }] } }] as const
  const left = [...failures]
  sqs.answers.set('cut DeleteMessageBatch', () => left.shift())
  const { queue, handler, orders, logged } = await consumerService(t, sqs, 'cut')
  await queue.send('one')

  await handler.end('one')
  await sqs.called('DeleteMessageBatch', 4, 'cut')
  await sqs.called('ReceiveMessage', 4, 'cut')

  t.strictSame([handler.began, orders.handled, await queue.receive()], [['one'], 1, []])
  t.match(logged, [{ level: 50, msg: /could not be deleted: it is tried again/ }])
})

t.test('a message that SQS delivers twice is handled twice: that is for the handler to know', { buffered: true }, async (t) => {
  const receives = [[received('twice', '')], [received('twice', '')]]
  sqs.answers.set('duplicates ReceiveMessage', () => receives.length > 0 ? { body: { Messages: receives.shift() } } : undefined)
  const { handler } = await consumerService(t, sqs, 'duplicates')

  await handler.begun('twice', 2)
  await handler.end('twice')

  t.strictSame(handler.began, ['twice', 'twice'])
})

for (const name of ['AccessDenied', 'RequestThrottled', 'QueueDoesNotExist', 'hang up']) {
  const queueName = name.replace(' ', '-')
  t.test(`receives that fail by ${name} are made again after a pause, and the consumer goes on where they succeed`, { buffered: true }, async (t) => {
    const failures = [name === 'hang up' ? name : refusal(name)]
    sqs.answers.set(`${queueName} ReceiveMessage`, () => failures.shift())
    const { queue, handler, orders, logged } = await consumerService(t, sqs, queueName)
    while (orders.error === null) await turn()
    t.match(logged, [{ level: 50, queue: 'orders', msg: 'messages could not be received' }])

    const failed = Date.now()
    await queue.send('one')
    await handler.end('one')

    t.ok(Date.now() - failed > 500, 'not at once')
    t.strictSame([orders.error, logged.length], [null, 1])
  })
}

t.test('a receive of a FIFO queue whose answer was lost is made again under the same id, and each other has its own', { buffered: true }, async (t) => {
  const answers = ['hang up', undefined] as const
  const left = [...answers]
  sqs.answers.set('attempts.fifo ReceiveMessage', () => left.shift())
  await consumerService(t, sqs, 'attempts.fifo', { attributes: { FifoQueue: 'true' } })

  const receives = await sqs.called('ReceiveMessage', 3, 'attempts.fifo')

  const [first, second, third] = receives.map(({ body }) => body.ReceiveRequestAttemptId)
  t.type(first, 'string')
  t.equal(second, first)
  t.not(third, first)
})

t.test('a message that fails too often is dead-lettered', { buffered: true }, async (t) => {
  const dead = sqs.create('dead')
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 2 })
  const { queue, handler } = await consumerService(t, sqs, 'dying', { attributes: { RedrivePolicy }, options: { retryAfterSeconds: 0 } })
  const id = await queue.send('poison')

  await handler.end('poison', new Error('no'))
  await handler.begun('poison', 2)
  await handler.end('poison', new Error('no'))

  t.match(await dead.receive(5), [{ MessageId: id }])
})

t.test('a redrive policy that allows one receive is warned of, because a stop uses one', { buffered: true }, async (t) => {
  const deadLetterTargetArn = sqs.create('dead-at-once').arn
  const policy = (maxReceiveCount: unknown): Record<string, string> => ({ RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) })
  sqs.answers.set('private GetQueueAttributes', () => refusal('AccessDenied'))

  const strict = await consumerService(t, sqs, 'strict', { attributes: policy('1') })
  const lenient = await consumerService(t, sqs, 'lenient', { attributes: policy(2) })
  const closed = await consumerService(t, sqs, 'private', { attributes: policy(1) })
  for (const name of ['strict', 'lenient', 'private']) await sqs.called('ReceiveMessage', 2, name)

  t.match(strict.logged, [{ level: 40, queue: 'orders', maxReceiveCount: 1, msg: /dead-lettered at its next receive/ }])
  t.strictSame([...lenient.logged, ...closed.logged], [])
})
