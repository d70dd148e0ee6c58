// The parts of a consumer that need no queue, on a clock turned by hand.
import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import t from 'tap'

import { isGone, type Outcome, type QueueCalls } from '../../lib/sqs/calls'
import { gathered } from '../../lib/sqs/gathered'
import type { Dealings } from '../../lib/sqs/dealings'
import { Delivery } from '../../lib/sqs/delivery'
import { byBatch, oneByOne } from '../../lib/sqs/handling'
import { extension, Lease } from '../../lib/sqs/lease'
import type { SqsSettings } from '../../lib/sqs/options'
import { persist } from '../../lib/sqs/persist'
import { Poller } from '../../lib/sqs/poller'
import { deferred } from '../../lib/core/deferred'
import { FakeClock } from '../helpers/clock'
import { turn } from '../helpers/turn'

const message: Message = { MessageId: '1' }
const context = { signal: new AbortController().signal }
const named = (name: string): Error => Object.assign(new Error(`${name}!`), { name })

/** A lease of 30 seconds, and what is asked of SQS for it: at which age, for how many seconds. */
function lease (answers: Array<Error | undefined | Promise<Error | undefined>>, clock = new FakeClock()) {
  const began = clock.now()
  const asked: Array<[age: number, seconds: number]> = []
  const losses: string[] = []
  const calls = {
    async hide (_message: Message, seconds: number): Promise<Outcome> {
      asked.push([clock.now() - began, seconds])
      return await answers.shift()
    }
  }
  const options = { calls: calls as unknown as QueueCalls, clock, seconds: 30, lost: (_message: Message, reason: string) => { losses.push(reason) } }
  return { lease: new Lease(message, options), clock, asked, losses }
}

/** A delivery of one message for 30 seconds, and what is asked of SQS for it. */
function delivery (handler: () => unknown, hidden: () => Outcome = () => undefined) {
  const clock = new FakeClock()
  const asked: string[] = []
  const calls = {
    enough: new AbortController().signal,
    async hide (_message: Message, seconds: number): Promise<Outcome> {
      asked.push(`hide for ${seconds}`)
      return hidden()
    },
    async remove (): Promise<Outcome> {
      asked.push('remove')
      return undefined
    }
  }
  const tally = { handled: 0, failed: 0, handedBack: 0 }
  const log = { unreturned: () => {}, lost: () => {} }
  const dealings = { settings: { visibilityTimeoutSeconds: 30, fifo: false }, calls, clock, log, handle: oneByOne(handler), tally, over: () => {} }
  return { delivery: new Delivery([message], dealings as unknown as Dealings), clock, asked, tally }
}

t.test('a handler that ends in the very instant of the force point is either too late or not: its message is not both handed back and deleted', async (t) => {
  for (const turns of [0, 1, 2, 3, 4, 5]) {
    const work = deferred()
    const { delivery: late, asked, tally } = delivery(() => work.promise)
    const run = late.run()
    await turn()

    work.resolve()
    for (let count = 0; count < turns; count++) await undefined
    if (late.state === 'running') void late.handBack()
    await run
    await late.end()

    t.equal(asked.length, 1, `${turns} microtasks later: ${asked.join()}`)
    t.equal(tally.handled + tally.handedBack, 1)
  }
})

t.test('a message that others may have by now is not shown to more: who hands it back gives up when its time is over', async (t) => {
  const { delivery: held, clock, asked, tally } = delivery(() => {}, () => named('ECONNRESET'))
  await clock.advance(10_000)

  const back = held.handBack()
  await clock.advance(60_000)
  await back

  t.ok(asked.length > 5 && asked.length < 20, `${asked.length} tries in 20 seconds, and none later`)
  t.strictSame([held.state, tally.handedBack], ['over', 0])
})

t.test('a poll that was about to begin when its consumer stops does not begin', async (t) => {
  const room = deferred<number>()
  let sent = 0
  const client = { send: async () => { sent++ } } as unknown as SQSClient
  const settings = { queueUrl: 'https://sqs/orders', waitTimeSeconds: 1, visibilityTimeoutSeconds: 30 } as SqsSettings
  const poller = new Poller({ client, settings, clock: new FakeClock(), room: () => room.promise, arrived: () => {}, failed: () => {} })
  poller.start()
  await turn()

  room.resolve(1)
  await poller.stop()
  await turn()

  t.equal(sent, 0)
})

t.test('a message that is held is hidden again at half of its visibility timeout', async (t) => {
  const { lease: held, clock, asked } = lease([])

  await clock.advance(45_000)
  await held.end()
  await clock.advance(60_000)

  t.strictSame(asked, [[15_000, 30], [30_000, 30], [45_000, 30]])
  t.equal(clock.waiting, 0)
})

t.test('an extension that fails is tried again until the time is up, and then the message is lost', async (t) => {
  const { lease: held, clock, asked, losses } = lease([named('RequestThrottled'), undefined, ...Array.from({ length: 9 }, () => named('ECONNRESET'))])

  await clock.advance(60_000)

  t.strictSame(asked.map(([age]) => age), [15_000, 18_000, 33_000, 36_000, 39_000, 42_000, 45_000, 48_000])
  t.strictSame([losses, held.lost], [['ECONNRESET!'], true])
})

t.test('a message whose receipt has expired is lost at once', async (t) => {
  const { lease: held, clock, asked, losses } = lease([named('MessageNotInflight')])

  await clock.advance(60_000)

  t.strictSame([asked.length, losses, held.lost], [1, ['MessageNotInflight!'], true])
})

t.test('no message is held for more than 12 hours', async (t) => {
  const { clock, asked, losses } = lease([])

  await clock.advance(13 * 3_600_000)

  t.ok(asked.every(([age, seconds]) => age / 1_000 + seconds <= 43_200))
  t.match(losses, [/12 hours/])
  t.strictSame([extension(0, 30), extension(43_180_000, 30), extension(43_199_000, 30), extension(50_000_000, 30)], [30, 19, 0, 0])
})

t.test('who lets go of a message waits for the extension that is under way, and is not told of its failure', async (t) => {
  let answer!: (error: Error) => void
  const { lease: held, clock, losses } = lease([new Promise<Error>((resolve) => { answer = resolve })])
  await clock.advance(15_000)
  let ended = false

  const end = held.end().then(() => { ended = true })
  await turn()
  t.notOk(ended)
  answer(named('MessageNotInflight'))
  await end

  t.strictSame([losses, held.lost], [[], false])
})

t.test('what fails is tried again, what cannot succeed is not, and what is done is done once', async (t) => {
  const clock = new FakeClock()
  const asked: string[] = []
  const told: string[] = []
  const attempts = (name: string, outcomes: Outcome[]): Promise<Outcome> => persist(async () => {
    asked.push(name)
    return outcomes.shift()
  }, { clock, enough: new AbortController().signal, failed: () => told.push(name) })

  const undone = Promise.all([
    attempts('done', [undefined]), attempts('gone', [named('ReceiptHandleIsInvalid')]), attempts('cut', [named('ECONNRESET'), named('ThrottlingException')])
  ])
  await clock.advance(300)

  t.strictSame(asked, ['done', 'gone', 'cut', 'cut', 'cut'])
  t.match(await undone, [undefined, { name: 'ReceiptHandleIsInvalid' }, undefined])
  t.strictSame(told, ['cut'])
})

t.test('tries end when there is no more time for them, with why it could not be done', async (t) => {
  const clock = new FakeClock()
  const enough = new AbortController()
  let tries = 0
  const call = async (): Promise<Outcome> => named(`ECONNRESET ${++tries}`)

  const undone = persist(call, { clock, enough: enough.signal })
  await clock.advance(10_000)
  enough.abort()

  t.match(await undone, { name: `ECONNRESET ${tries}` })
  t.equal(clock.waiting, 0)
  t.ok(tries > 5, 'the pauses grow to 2 s and no further')
})

t.test('what is asked for in one turn of the loop goes together, and each is given its own answer', async (t) => {
  const asked: number[][] = []
  const ask = gathered(2, async (items: readonly number[]) => {
    asked.push([...items])
    return items.map((item) => item * 10)
  })

  t.strictSame(await Promise.all([ask(1), ask(2), ask(3)]), [10, 20, 30])
  t.equal(await ask(4), 40)
  t.strictSame(asked, [[1, 2], [3], [4]])
})

t.test('errors that another try cannot mend are told from those that it may', async (t) => {
  const hopeless = ['MessageNotInflight', 'ReceiptHandleIsInvalid', 'InvalidParameterValue', 'AWS.SimpleQueueService.NonExistentQueue', 'QueueDoesNotExist']
  const passing = ['RequestThrottled', 'TimeoutError', 'ECONNRESET', 'AccessDenied', 'InternalError', 'KmsThrottled']

  t.strictSame(hopeless.filter((name) => !isGone(named(name))), [])
  t.strictSame(passing.filter((name) => isGone(named(name))), [])
})

t.test('a handler of one message fails it by throwing, and by rejecting', async (t) => {
  const error = new Error('no')
  const failures = await Promise.all([
    oneByOne(() => 'done')([message], context),
    oneByOne(() => { throw error })([message], context),
    oneByOne(async () => { throw error })([message], context)
  ])

  t.strictSame(failures.map((failed) => [...failed]), [[], [[message, error]], [[message, error]]])
})

t.test('a handler of batches names what has failed, and fails all by throwing', async (t) => {
  const messages = [{ MessageId: '1' }, { MessageId: '2' }]
  const failed = async (result: unknown): Promise<unknown[]> => [...(await byBatch(async () => result as never)(messages, context)).keys()]

  t.strictSame(await failed(undefined), [])
  t.strictSame(await failed(null), [])
  t.strictSame(await failed({}), [])
  t.strictSame(await failed({ batchItemFailures: [] }), [])
  t.strictSame(await failed({ batchItemFailures: [{ itemIdentifier: '2' }] }), [messages[1]])
  t.strictSame([...(await byBatch(() => { throw new Error('no') })(messages, context)).keys()], messages)
})

t.test('a result that cannot be understood fails the whole batch, and says why', async (t) => {
  const messages = [{ MessageId: '1' }, { MessageId: '2' }]
  const reasons = async (result: unknown): Promise<string[]> => {
    const failed = await byBatch(() => result as never)(messages, context)
    return [...failed.values()].map((error) => (error as Error).message)
  }

  t.strictSame(await reasons({ batchItemFailures: 'all' }), Array(2).fill("batchItemFailures must be an array, but is 'all'"))
  t.strictSame(await reasons({ batchItemFailures: [{ itemIdentifier: '7' }] }), Array(2).fill("batchItemFailures names '7', which is no message of the batch"))
  t.strictSame(await reasons({ batchItemFailures: [null] }), Array(2).fill('batchItemFailures names undefined, which is no message of the batch'))
})
