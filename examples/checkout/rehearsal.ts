import { rehearse, type RehearsalOptions, type RehearsalResult } from 'fastify-ecs-graceful/rehearsal'
import pg from 'pg'

import { builtServer } from './built'
import type { Databases } from './databases'
import { exactlyOnce } from './exactly-once'
import { createSchema } from './schema'
import { unfulfilled } from '../worker/unfulfilled'
import { createWorkerSchema } from '../worker/schema'
import type { Queue } from '../worker/queue'
import { orders, workload } from './workload'

export interface CheckoutRehearsal {
  readonly databases: Databases
  /** With a queue, the warehouse's workers are deployed too. */
  readonly queue?: Queue
  /** False for the control: the same services without the plugin. */
  readonly graceful: boolean
  readonly options?: RehearsalOptions
}

export interface CheckoutResult {
  readonly result: RehearsalResult
  /** What PostgreSQL does not hold as the service said; empty if all is well. */
  readonly broken: readonly string[]
  readonly answeredOrders: number
  readonly passed: boolean
}

/** Deploys the checkout under load, with its warehouse where there is a queue, and holds every order that was answered against PostgreSQL. */
export async function rehearseCheckout ({ databases, queue, graceful, options }: CheckoutRehearsal): Promise<CheckoutResult> {
  const client = new pg.Client(databases.databaseUrl)
  await client.connect()
  try {
    await createSchema(client)
    await createWorkerSchema(client)
    const result = await rehearse({
      command: [process.execPath, builtServer('checkout')],
      env: {
        DATABASE_URL: databases.databaseUrl,
        REDIS_URL: databases.redisUrl,
        GRACEFUL: graceful ? 'on' : 'off',
        ...queue?.env
      },
      routes: queue ? workload.map((route) => route.effect ? { ...route, work: true } : route) : workload,
      ...queue ? { workers: { command: [process.execPath, builtServer('worker')] } } : {},
      ...options
    })
    const { answered, unanswered } = orders(result.runs.flatMap(({ requests }) => requests))
    const held = await exactlyOnce(client, answered, unanswered)
    const fulfilled = queue ? await unfulfilled(client, answered) : []
    const broken = [
      ...held.missing.map((id) => `order ${id} was answered, but is not there`),
      ...held.duplicated.map((id) => `order ${id} is there more than once`),
      ...fulfilled.map((id) => `order ${id} was not fulfilled exactly once`),
      ...held.brokenLines.map((id) => `order ${id} has not all of its lines`)
    ]
    return { result, broken, answeredOrders: answered.length, passed: result.verdict === 'PASS' && broken.length === 0 }
  } finally {
    await client.end()
  }
}
