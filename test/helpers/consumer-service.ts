import Fastify, { type FastifyInstance } from 'fastify'
import type { Test } from 'tap'

import ecsGraceful, { type EcsGracefulOptions } from '../../lib/index'
import sqsPlugin from '../../lib/sqs/index'
import type { SqsOptions, SqsQueue } from '../../types/sqs'
import { Handler } from './handler'
import type { Queue, Sqs } from './sqs'

/** A stop of two seconds, in which a poll of one second fits. */
export const short = {
  stopTimeout: 6_500, drainDelay: 0, quietPeriod: 0, gracePeriod: 1_500, closeTimeout: 3_000, safetyMargin: 1_000
} as const satisfies EcsGracefulOptions

export interface ServiceOptions {
  /** Attributes of the queue. */
  readonly attributes?: Readonly<Record<string, string>>
  /** Bodies of messages that are there before the consumer is. */
  readonly sent?: readonly string[]
  readonly timings?: EcsGracefulOptions
  readonly options?: Partial<SqsOptions>
  /** Called after the registrations. */
  readonly also?: (app: FastifyInstance) => void
}

export interface ConsumerService {
  readonly app: FastifyInstance
  readonly queue: Queue
  readonly handler: Handler
  readonly orders: SqsQueue
  /** Lines of the log, but not those of Fastify itself. */
  readonly logged: Array<Record<string, unknown>>
}

/** A service that does not listen and consumes a queue called `name` as `orders`, whose first poll is under way. */
export async function consumerService (
  t: Test, sqs: Sqs, name: string, { attributes, sent = [], timings = short, options, also }: ServiceOptions = {}
): Promise<ConsumerService> {
  const logged: Array<Record<string, unknown>> = []
  const queue = sqs.create(name, attributes)
  for (const body of sent) await queue.send(body)
  const handler = new Handler()
  const app = Fastify({ logger: { stream: { write: (line: string) => { logged.push(JSON.parse(line) as Record<string, unknown>) } } } })
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { signals: false, ...timings })
  const defaults = { name: 'orders', queueUrl: queue.url, client: sqs.client(t), waitTimeSeconds: 1, handler: handler.handle }
  await app.register(sqsPlugin, { ...defaults, ...options } as SqsOptions)
  also?.(app)
  await app.ready()
  await sqs.called('ReceiveMessage', 1, name)
  return { app, queue, handler, orders: app.sqs.orders!, logged }
}
