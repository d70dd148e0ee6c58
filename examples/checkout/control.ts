import type { FastifyInstance } from 'fastify'

/**
 * What most services have in place of fastify-ecs-graceful, for comparison: a health route that knows one answer, and a
 * handler that closes at once. Do not copy this.
 */
export function control (app: FastifyInstance): void {
  app.get('/health', { logLevel: 'silent' }, async () => ({ status: 'ok' }))
  app.addHook('onListen', async () => {
    process.on('SIGTERM', async () => {
      await app.close()
      process.exit(0)
    })
  })
}
