import { SQSClient } from '@aws-sdk/client-sqs'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'

import { planTimings } from '../../lib/core/timing-plan'
import { readSqsOptions, rows } from '../../lib/sqs/options'
import type { TimingPlan, Timings } from '../../types/index'

function plan (options: Partial<Timings> = {}): TimingPlan {
  return (planTimings({ options }) as { plan: TimingPlan }).plan
}

const handler = (): void => {}
const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders'
const needed = { name: 'orders', queueUrl, handler }
const read = (options: object, timings?: Partial<Timings>) => readSqsOptions({ ...needed, ...options }, plan(timings))

/** What each refusal says. */
function refusals (options: readonly object[]): string[] {
  return options.map((option) => {
    try {
      read(option)
      return 'accepted'
    } catch (error) {
      return `${(error as { code: string }).code}: ${(error as Error).message}`
    }
  })
}

const invalid = (rest: string): string => `FST_ECS_OPTION_INVALID: ${rest}`

t.test('a name, the URL of a queue and a handler are all that is needed', async (t) => {
  t.match(read({}), { name: 'orders', queueUrl, fifo: false, handler, concurrency: 10, waitTimeSeconds: 5, visibilityTimeoutSeconds: 30, retryAfterSeconds: undefined })
  t.match(read({ queueUrl: `${queueUrl}.fifo`, handler: undefined, batchHandler: handler }), { fifo: true, batchHandler: handler })
  t.ok(Object.isFrozen(read({})))
})

t.test('what cannot be meant is refused by name', async (t) => {
  t.strictSame(refusals([
    { name: undefined }, { name: 'a queue' }, { queueUrl: 'orders' }, { queueUrl: undefined },
    { handler: undefined }, { handler: 'handle' }, { batchHandler: null }, { batchHandler: handler },
    { client: {} }, { client: null }, { batchSize: 10 }
  ]), [
    invalid('sqs.name must be 1 to 80 of A-Z a-z 0-9 . - _, but is undefined'),
    invalid("sqs.name must be 1 to 80 of A-Z a-z 0-9 . - _, but is 'a queue'"),
    invalid("sqs.orders.queueUrl must be the URL of a queue, https://…, but is 'orders'"),
    invalid('sqs.orders.queueUrl must be the URL of a queue, https://…, but is undefined'),
    invalid('sqs.orders.handler must be a function, unless there is a batchHandler, but is undefined'),
    invalid("sqs.orders.handler must be a function, but is 'handle'"),
    invalid('sqs.orders.batchHandler must be a function, but is null'),
    invalid('sqs.orders.batchHandler must be undefined where there is a handler, but is [Function: handler]'),
    invalid('sqs.orders.client must be an SQSClient, but is {}'),
    invalid('sqs.orders.client must be an SQSClient, but is null'),
    'FST_ECS_OPTION_UNKNOWN: there is no option sqs.batchSize: known are name, queueUrl, handler, batchHandler, client, concurrency, ' +
      'waitTimeSeconds, visibilityTimeoutSeconds, retryAfterSeconds, protect'
  ])
})

t.test('numbers are held against the bounds that SQS has', async (t) => {
  t.strictSame(refusals([
    { concurrency: 0 }, { concurrency: 1_001 }, { concurrency: '10' }, { waitTimeSeconds: 0 }, { waitTimeSeconds: 21 },
    { visibilityTimeoutSeconds: 1 }, { visibilityTimeoutSeconds: 43_201 }, { retryAfterSeconds: -1 }, { retryAfterSeconds: 0.5 }
  ]), [
    invalid('sqs.orders.concurrency must be a whole number from 1 to 1000, but is 0'),
    invalid('sqs.orders.concurrency must be a whole number from 1 to 1000, but is 1001'),
    invalid("sqs.orders.concurrency must be a whole number from 1 to 1000, but is '10'"),
    invalid('sqs.orders.waitTimeSeconds must be a whole number from 1 to 20, but is 0'),
    invalid('sqs.orders.waitTimeSeconds must be a whole number from 1 to 20, but is 21'),
    invalid('sqs.orders.visibilityTimeoutSeconds must be a whole number from 2 to 43200, but is 1'),
    invalid('sqs.orders.visibilityTimeoutSeconds must be a whole number from 2 to 43200, but is 43201'),
    invalid('sqs.orders.retryAfterSeconds must be a whole number from 0 to 43200, but is -1'),
    invalid('sqs.orders.retryAfterSeconds must be a whole number from 0 to 43200, but is 0.5')
  ])
  t.match(read({ retryAfterSeconds: 0 }), { retryAfterSeconds: 0 })
  t.match(read({ retryAfterSeconds: handler }), { retryAfterSeconds: handler })
})

t.test('a poll that cannot fit before the force point is refused, with the most that can', async (t) => {
  const timings = { stopTimeout: 20_000 } // the force point is at 14 667 ms

  t.equal(read({ waitTimeSeconds: 13 }, timings).waitTimeSeconds, 13)
  t.throws(() => read({ waitTimeSeconds: 14 }, timings), {
    code: 'FST_ECS_OPTION_INVALID',
    message: 'sqs.orders.waitTimeSeconds must be at most 13, so that the last poll, and handing back what it brings, fit the 14667 ms before ' +
      'the force point, but is 14: poll for a shorter time, or raise stopTimeout here and in the task definition'
  })
  t.equal(read({ waitTimeSeconds: 20 }).waitTimeSeconds, 20, 'the default stop timeout has room for the longest poll')
})

t.test('the client is taken as it is', async (t) => {
  const client = new SQSClient({ region: 'eu-west-1' })

  t.equal(read({ client }).client, client)
})

t.test('the guide tells the bounds and defaults that are held', async (t) => {
  const guide = readFileSync(path.join(__dirname, '../../docs/workers.md'), 'utf8')

  for (const [name, { least, most, default: standard }] of Object.entries(rows)) {
    t.match(guide, `| \`${name}\` | ${standard} | ${least} to ${most} |`)
  }
})
