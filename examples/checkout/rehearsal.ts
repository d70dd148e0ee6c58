import { rehearse, type RehearsalOptions, type RehearsalResult } from 'fastify-ecs-graceful/rehearsal'
import pg from 'pg'

import { builtServer } from './built'
import type { Databases } from './databases'
import { exactlyOnce } from './exactly-once'
import { createSchema } from './schema'
import { orders, workload } from './workload'

export interface CheckoutRehearsal {
  readonly databases: Databases
  /** False for the control: the same service without the plugin. */
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

/** Deploys the checkout under load, and holds every order that was answered against PostgreSQL. */
export async function rehearseCheckout ({ databases, graceful, options }: CheckoutRehearsal): Promise<CheckoutResult> {
  const client = new pg.Client(databases.databaseUrl)
  await client.connect()
  try {
    await createSchema(client)
    const result = await rehearse({
      command: [process.execPath, builtServer()],
      env: {
        DATABASE_URL: databases.databaseUrl,
        REDIS_URL: databases.redisUrl,
        GRACEFUL: graceful ? 'on' : 'off'
      },
      routes: workload,
      ...options
    })
    const { answered, unanswered } = orders(result.runs.flatMap(({ requests }) => requests))
    const held = await exactlyOnce(client, answered, unanswered)
    const broken = [
      ...held.missing.map((id) => `order ${id} was answered, but is not there`),
      ...held.duplicated.map((id) => `order ${id} is there more than once`),
      ...held.brokenLines.map((id) => `order ${id} has not all of its lines`)
    ]
    return { result, broken, answeredOrders: answered.length, passed: result.verdict === 'PASS' && broken.length === 0 }
  } finally {
    await client.end()
  }
}
