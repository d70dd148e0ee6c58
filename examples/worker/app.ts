import postgres from '@fastify/postgres'
import Fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify'
import ecsGraceful from 'fastify-ecs-graceful'
import sqs from 'fastify-ecs-graceful/sqs'

import type { Config } from './config'
import { fulfil } from './fulfil'
import { naive } from './naive'
import { witnessed } from './witness'

/** Builds the worker, connected to its database; it consumes once it is ready. Throws if the database cannot be reached. */
export async function buildApp (config: Config, options: FastifyServerOptions = { logger: true }): Promise<FastifyInstance> {
  const app = Fastify(options)
  if (config.graceful) await app.register(ecsGraceful)
  await app.register(postgres, { connectionString: config.databaseUrl, max: 10, connectionTimeoutMillis: 5_000 })
  await app.pg.query('SELECT 1')

  const client = witnessed()
  if (config.graceful) {
    await app.register(sqs, {
      name: 'orders', queueUrl: config.queueUrl, client, concurrency: 200, waitTimeSeconds: 2, handler: (message) => fulfil(app.pg, message)
    })
  } else {
    naive(app, client, config.queueUrl)
  }
  return app
}
