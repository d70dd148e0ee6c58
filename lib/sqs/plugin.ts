import { SQSClient } from '@aws-sdk/client-sqs'
import type { FastifyInstance } from 'fastify'

import type { SqsOptions, SqsQueue } from '../../types/sqs'
import { clock } from '../clock'
import { errors } from '../errors'
import { QueueConsumer, type ConsumerOptions } from './consumer'
import { QueueLog } from './log'
import { readSqsOptions, type SqsSettings } from './options'

/** Consumes one queue as a worker of the application: it begins when that is ready, and drains with it. */
export async function plugin (app: FastifyInstance, options: SqsOptions): Promise<void> {
  const { plan } = app.ecsGraceful
  const settings = readSqsOptions(options, plan)
  const queues = registry(app)
  if (Object.hasOwn(queues, settings.name)) throw new errors.SqsNameTaken(settings.name)

  const client = settings.client ?? new SQSClient({ endpoint: new URL(settings.queueUrl).origin }) // it warns of every call where it has to find that out
  const consumer = new QueueConsumer({ settings, client, plan, clock, log: new QueueLog(app.log, settings.name), during: protection(app, settings) })
  queues[settings.name] = surface(consumer)
  app.ecsGraceful.worker(() => consumer.left, (signal) => consumer.run(signal))
  app.addHook('onClose', () => consumer.close())
  if (!settings.client) void consumer.ended.then(() => client.destroy())
}

/** How the work of a task is done that ECS is to spare meanwhile, if it is. */
function protection (app: FastifyInstance, { protectMinutes }: SqsSettings): ConsumerOptions['during'] {
  if (protectMinutes === undefined) return (work) => work()
  return (work) => app.ecsGraceful.protect(work, { expiresInMinutes: protectMinutes })
}

function surface (consumer: QueueConsumer): SqsQueue {
  return {
    name: consumer.name,
    queueUrl: consumer.queueUrl,
    get state () { return consumer.state },
    get inFlight () { return consumer.inFlight },
    get handled () { return consumer.tally.handled },
    get failed () { return consumer.tally.failed },
    get handedBack () { return consumer.tally.handedBack },
    get error () { return consumer.error },
    pause: () => consumer.pause(),
    resume: () => consumer.resume()
  }
}

/** Of the queues that the application has by now. */
function registry (app: FastifyInstance): Record<string, SqsQueue> {
  if (!app.hasDecorator('sqs')) app.decorate('sqs', {})
  return app.sqs as Record<string, SqsQueue>
}
