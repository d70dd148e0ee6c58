import type { SQSClient } from '@aws-sdk/client-sqs'
import type { FastifyInstance } from 'fastify'
import { Consumer } from 'sqs-consumer'

import { fulfil } from './fulfil'

/**
 * What most workers have in place of fastify-ecs-graceful/sqs, for comparison: the library with its defaults, stopped at the signal.
 * Do not copy this.
 */
export function naive (app: FastifyInstance, sqs: SQSClient, queueUrl: string): void {
  app.get('/health', { logLevel: 'silent' }, async () => ({ status: 'ok' }))
  const consumers = Array.from({ length: 12 }, () => Consumer.create({
    sqs,
    queueUrl,
    batchSize: 10,
    messageSystemAttributeNames: ['All'],
    suppressFifoWarning: true,
    alwaysAcknowledge: true,
    handleMessage: async (message) => {
      await fulfil(app.pg, message)
      return message
    }
  }))
  for (const consumer of consumers) consumer.on('error', (error) => app.log.warn(error)).on('processing_error', (error) => app.log.warn(error))
  app.addHook('onListen', async () => {
    for (const consumer of consumers) consumer.start()
    process.on('SIGTERM', async () => {
      for (const consumer of consumers) consumer.stop()
      await app.close()
      process.exit(0)
    })
  })
}
