import { join } from 'node:path'
import pg from 'pg'

import { rehearse, type Order, type RehearsalEvent, type RehearsalResult } from '../../lib/rehearsal/index'
import type { Databases } from './databases'
import { exactlyOnce } from './exactly-once'
import { createSchema } from './schema'
import { Workload } from './workload'

export interface CheckoutRehearsal {
  readonly databases: Databases
  readonly seed: number
  readonly order: Order
  readonly deployments: number
  /** Requests a second. */
  readonly rate: number
  /** False for the control: the same service without the plugin. */
  readonly graceful: boolean
  readonly signal?: AbortSignal
  onEvent? (event: RehearsalEvent): void
}

export interface CheckoutResult extends RehearsalResult {
  /** What PostgreSQL does not hold as the service said; empty if all is well. */
  readonly broken: readonly string[]
  readonly answeredOrders: number
  readonly passed: boolean
}

/** Deploys the checkout under load, and holds every order that was answered against PostgreSQL. */
export async function rehearseCheckout (options: CheckoutRehearsal): Promise<CheckoutResult> {
  const { databases, seed, order, deployments, rate, graceful, signal, onEvent } = options
  const client = new pg.Client(databases.databaseUrl)
  await client.connect()
  try {
    await createSchema(client)
    const workload = new Workload()
    const result = await rehearse({
      command: [process.execPath, '--import', 'tsx', join(__dirname, 'server.ts')],
      env: {
        DATABASE_URL: databases.databaseUrl,
        REDIS_URL: databases.redisUrl,
        GRACEFUL: graceful ? 'on' : 'off',
        TSX_TSCONFIG_PATH: join(__dirname, '../../tsconfig.build.json') // without paths: the package as it is built
      },
      load: workload.kinds,
      rate,
      seed,
      tasks: 2,
      deployments,
      nodes: 2,
      order,
      lag: [0, 3_000],
      stopTimeoutSeconds: 30,
      deregistrationDelaySeconds: 10,
      healthCheck: { path: '/health', intervalSeconds: 5, timeoutSeconds: 2, healthyThreshold: 2, unhealthyThreshold: 2 },
      signal,
      onEvent
    })
    const held = await exactlyOnce(client, workload.answered, workload.unanswered)
    const broken = [
      ...held.missing.map((id) => `order ${id} was answered, but is not there`),
      ...held.duplicated.map((id) => `order ${id} is there more than once`),
      ...held.brokenLines.map((id) => `order ${id} has not all of its lines`)
    ]
    const passed = result.verdict.passed && broken.length === 0
    return { ...result, broken, answeredOrders: workload.answered.length, passed }
  } finally {
    await client.end()
  }
}
