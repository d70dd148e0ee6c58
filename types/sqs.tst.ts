import { SQSClient, type Message } from '@aws-sdk/client-sqs'
import Fastify from 'fastify'
import { describe, expect, test } from 'tstyche'

import sqs, { sqs as named, type SqsOptions } from 'fastify-ecs-graceful/sqs'
import required = require('fastify-ecs-graceful/sqs')
import type * as types from './sqs'

const app = Fastify()
const needed = { name: 'orders', queueUrl: 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders' }
const handler = async (): Promise<void> => {}

test('every way to import the plugin gives the plugin', () => {
  expect(sqs).type.toBeAssignableTo<types.SqsPlugin>()
  expect(named).type.toBe<types.SqsPlugin>()
  expect(required.default).type.toBe<types.SqsPlugin>()
  expect(required.sqs).type.toBe<types.SqsPlugin>()
  expect<sqs.SqsBatchHandler>().type.toBe<types.SqsBatchHandler>()
  expect<sqs.SqsBatchResult>().type.toBe<types.SqsBatchResult>()
  expect<sqs.SqsContext>().type.toBe<types.SqsContext>()
  expect<sqs.SqsHandler>().type.toBe<types.SqsHandler>()
  expect<sqs.SqsQueue>().type.toBe<types.SqsQueue>()
  expect<sqs.SqsRetryAfter>().type.toBe<types.SqsRetryAfter>()
  expect<sqs.SqsState>().type.toBe<types.SqsState>()
  expect<SqsOptions>().type.toBe<types.SqsOptions>()
})

describe('options', () => {
  test('are these', () => {
    expect<keyof SqsOptions>().type.toBe<
      'name' | 'queueUrl' | 'client' | 'concurrency' | 'waitTimeSeconds' | 'visibilityTimeoutSeconds' | 'retryAfterSeconds' | 'protect' |
      'handler' | 'batchHandler'
    >()
    const client = new SQSClient()
    expect(app.register).type.toBeCallableWith(sqs, { ...needed, handler })
    expect(app.register).type.toBeCallableWith(sqs, {
      ...needed, client, handler, concurrency: 20, waitTimeSeconds: 5, visibilityTimeoutSeconds: 30, retryAfterSeconds: 0
    })
    expect(app.register).type.toBeCallableWith(sqs, { ...needed, handler, protect: true })
    expect(app.register).type.toBeCallableWith(sqs, { ...needed, handler, protect: { expiresInMinutes: 60 } })
    expect(app.register).type.toBeCallableWith(sqs, { ...needed, handler, retryAfterSeconds: (message: Message) => Number(message.Body) })
  })

  test('hold one handler, of messages or of batches', () => {
    expect(app.register).type.not.toBeCallableWith(sqs)
    expect(app.register).type.not.toBeCallableWith(sqs, needed)
    expect(app.register).type.not.toBeCallableWith(sqs, { ...needed, handler, batchHandler: handler })
    expect(app.register).type.not.toBeCallableWith(sqs, { ...needed, handler, batchSize: 10 })
    expect(app.register).type.not.toBeCallableWith(sqs, { ...needed, handler, client: {} })
    expect(app.register).type.not.toBeCallableWith(sqs, { ...needed, handler, waitTimeSeconds: '5' })
  })

  test('a handler is given a message and a signal; what it returns means nothing', () => {
    expect<types.SqsHandler>().type.toBeAssignableFrom<(message: Message, context: { signal: AbortSignal }) => Promise<number>>()
    expect<types.SqsHandler>().type.not.toBeAssignableFrom<(message: string) => void>()
    expect<keyof types.SqsContext>().type.toBe<'signal'>()
  })

  test('a batch handler names failures as for AWS Lambda', () => {
    const some = async (messages: readonly Message[]): Promise<types.SqsBatchResult> => ({
      batchItemFailures: messages.map(({ MessageId }) => ({ itemIdentifier: MessageId! }))
    })
    expect(app.register).type.toBeCallableWith(sqs, { ...needed, batchHandler: some })
    expect(app.register).type.toBeCallableWith(sqs, { ...needed, batchHandler: handler })
    expect(app.register).type.not.toBeCallableWith(sqs, { ...needed, batchHandler: async () => ['id'] })
  })
})

test('app.sqs has the queues, which can be paused, and not written to', () => {
  expect<keyof types.SqsQueue>().type.toBe<
    'name' | 'queueUrl' | 'state' | 'inFlight' | 'handled' | 'failed' | 'handedBack' | 'error' | 'pause' | 'resume'
  >()
  expect<types.SqsState>().type.toBe<'waiting' | 'running' | 'paused' | 'draining' | 'stopped'>()
  expect(app.sqs).type.toBe<Readonly<Record<string, types.SqsQueue>>>()
  expect(app).type.toBeAssignableTo<{ readonly sqs: object }>()
  expect(app.sqs.orders?.error).type.toBe<Error | null | undefined>()
  // @ts-expect-error only permits reading
  app.sqs.orders = app.sqs.payments!
})
