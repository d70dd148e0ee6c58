import { Worker, type Processor } from 'bullmq'
import type { FastifyInstance } from 'fastify'
import { once } from 'node:events'

export function mailWorker (app: FastifyInstance, send: Processor, url: string): void {
  let inFlight = 0

  app.ecsGraceful.worker(() => `bullmq mail: ${inFlight} in flight`, async (signal) => {
    const worker = new Worker('mail', send, { connection: { url } })
    worker.on('error', (error) => app.log.error(error))
    worker.on('active', () => { inFlight++ })
    worker.on('completed', () => { inFlight-- })
    worker.on('failed', () => { inFlight-- })

    await once(signal, 'abort')
    await worker.close() // takes no job any more; waits for those in flight, and renews their locks meanwhile
  })
}
