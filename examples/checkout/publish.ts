import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { FastifyInstance } from 'fastify'

/** As many orders as are fulfilled at a time, where the order of each customer's matters. */
const CUSTOMERS = 1_000

type Publish = (order: { readonly id: string }, takes: number) => Promise<void>

/** Tells the warehouse of an order, once it is written; nobody, where no queue is named. */
export function publisher (app: FastifyInstance, queueUrl: string | undefined): Publish {
  if (queueUrl === undefined) return async () => {}
  const client = new SQSClient({ useQueueUrlAsEndpoint: false }) // an endpoint of the environment counts
  app.addHook('onClose', async () => client.destroy())
  const fifo = queueUrl.endsWith('.fifo')
  return async ({ id }, takes) => {
    await client.send(new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify({ id, takes }),
      ...fifo ? { MessageGroupId: `customer-${parseInt(id.slice(0, 8), 16) % CUSTOMERS}`, MessageDeduplicationId: id } : {}
    }))
  }
}
