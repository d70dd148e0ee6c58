import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'

export interface Queue {
  /** What a process needs to find it, and its client to be let in. */
  readonly env: Readonly<Record<string, string>>
  /** Ends what was started here. */
  stop (): Promise<void>
}

export interface QueueOptions {
  readonly fifo: boolean
  /** @default 30, as SQS has it */
  readonly visibilityTimeoutSeconds?: number
}

const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' }
const region = 'eu-west-1'

/** Starts an emulator of SQS in this process, on a free port (of every interface: it knows no other way), with one queue. */
export async function startQueue ({ fifo, visibilityTimeoutSeconds = 30 }: QueueOptions): Promise<Queue> {
  const { startFauxqs } = await import('fauxqs') // it comes as ECMAScript modules only
  const server = await startFauxqs({ port: 0, logger: false })
  const endpoint = `http://127.0.0.1:${server.port}`
  const client = new SQSClient({ endpoint, region, credentials })
  try {
    const { QueueUrl } = await client.send(new CreateQueueCommand({
      QueueName: fifo ? 'orders.fifo' : 'orders',
      Attributes: { VisibilityTimeout: String(visibilityTimeoutSeconds), ...fifo ? { FifoQueue: 'true' } : {} }
    }))
    return {
      env: {
        QUEUE_URL: QueueUrl!,
        AWS_ENDPOINT_URL_SQS: endpoint,
        AWS_REGION: region,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey
      },
      stop: async () => { await server.stop() }
    }
  } catch (error) {
    await server.stop()
    throw error
  } finally {
    client.destroy()
  }
}
