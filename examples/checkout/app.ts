import postgres from '@fastify/postgres'
import redis from '@fastify/redis'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import ecsGraceful from 'fastify-ecs-graceful'

import type { Config } from './config'
import { control } from './control'
import { ledger } from './ledger'
import { orders } from './orders'
import { reports } from './reports'

/** Builds the service, connected to its databases and not yet listening. Throws if one of them cannot be reached. */
export async function buildApp (config: Config, options: FastifyServerOptions = { logger: true }): Promise<FastifyInstance> {
  const app = Fastify(options)

  // First: it closes what the others have opened, after the last answer.
  if (config.graceful) await app.register(ecsGraceful)
  else control(app)

  ledger(app)
  await app.register(postgres, { connectionString: config.databaseUrl, max: 20, connectionTimeoutMillis: 5_000 })
  // A cache that does not answer must not be waited for.
  await app.register(redis, { url: config.redisUrl, maxRetriesPerRequest: 1, commandTimeout: 1_000 })
  app.redis.on('error', (error) => app.log.warn({ err: error }, 'redis'))
  await app.pg.query('SELECT 1')

  await app.register(orders, { queueUrl: config.queueUrl })
  await app.register(reports)
  return app
}
