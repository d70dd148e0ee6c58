import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { rehearse, type Order, type RequestKind, type TaskRecord } from '../lib/rehearsal/index'
import type { DrainReport } from '../types/index'
import { losses, type Loss } from './losses'

export interface Cell {
  readonly order: Order
  /** Requests a second. */
  readonly rate: number
  readonly mode: 'plugin' | 'control'
}

/** What one deployment came to. */
export interface OrdersRun extends Cell {
  readonly seed: number
  readonly passed: boolean
  readonly requests: number
  readonly lost: Readonly<Record<string, number>>
  /** The tasks that were stopped. */
  readonly tasks: readonly TaskRecord[]
  readonly losses: readonly Loss[]
  /** What the tasks said of their own stop. */
  readonly reports: readonly DrainReport[]
}

const NODES = 2

/** Nodes that learn late, and a deregistration delay shorter than some of them need. */
const HARSH = {
  nodes: NODES,
  tasks: 2,
  deployments: 1,
  lag: [4_000, 12_000],
  stopTimeoutSeconds: 30,
  deregistrationDelaySeconds: 10,
  healthCheck: { path: '/health', intervalSeconds: 5, timeoutSeconds: 2, healthyThreshold: 2, unhealthyThreshold: 2 }
} as const

const LOAD: readonly RequestKind[] = [
  kind('fast', 4, () => '/fast'),
  kind('slow', 1, (random) => `/slow/${Math.round(300 + random() * 500)}`)
]

function kind (name: string, weight: number, path: (random: () => number) => string): RequestKind {
  return {
    name,
    weight,
    make: (random) => ({
      method: 'GET',
      path: path(random),
      check: ({ status, body }) => status === 200 && body === `{"done":"${name}"}` ? undefined : `answered ${status}`
    })
  }
}

/** One deployment of the bench's own service under load, in one order. */
export async function run ({ order, rate, mode }: Cell, seed: number, signal: AbortSignal): Promise<OrdersRun> {
  const logs = await mkdtemp(join(tmpdir(), 'bench-orders-'))
  try {
    const { verdict, requests, tasks } = await rehearse({
      ...HARSH, order, rate, seed, signal, load: LOAD, command: [process.execPath, join(__dirname, 'orders-server.js'), mode], env: { LOGS: logs }
    })
    return {
      order,
      rate,
      mode,
      seed,
      passed: verdict.passed,
      requests: requests.length,
      lost: verdict.lost,
      tasks: tasks.filter(({ signalled }) => signalled !== undefined),
      losses: losses({ requests, tasks }, NODES),
      reports: await reportsIn(logs)
    }
  } finally {
    await rm(logs, { recursive: true, force: true })
  }
}

async function reportsIn (logs: string): Promise<DrainReport[]> {
  const texts = await Promise.all((await readdir(logs)).map((file) => readFile(join(logs, file), 'utf8')))
  const lines = texts.flatMap((text) => text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as DrainReport & { event?: string }))
  return lines.filter(({ event }) => event === 'ecs-graceful-report')
}
