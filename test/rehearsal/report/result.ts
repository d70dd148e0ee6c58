import { seeded, within } from '../../../lib/rehearsal/random'
import type {
  Order, OrderResult, RehearsalResult, RequestRecord, RunResult, StopRecord, TaskRecord
} from '../../../types/rehearsal'

const ORDERS: readonly Order[] = ['deregister-first', 'together', 'signal-first']
const ROUTES = [
  { name: 'GET /', path: '/', weight: 6, latency: [1.2, 4] },
  { name: 'POST /orders', method: 'POST', path: '/orders', weight: 2, latency: [6, 30] },
  { name: 'GET /slow', path: '/slow?ms={int 50 800}', weight: 1, latency: [50, 800] },
  { name: 'GET /large', path: '/large', weight: 1, latency: [900, 2_600] }
] as const

export interface Wish {
  readonly requests?: number
  /** The server exits at SIGTERM, instead of draining. */
  readonly rude?: boolean
  readonly seed?: number
}

/** A run in which two tasks are replaced in each of three orders, with everything that a timeline can show. */
export function run ({ requests = 20_000, rude = false, seed = 1 }: Wish = {}): RunResult {
  const random = seeded(seed, 'report')
  const tasks = fleet(random, rude)
  const duration = Math.max(...tasks.map(({ stop }) => stop?.exited ?? 0)) + 4_000
  const records = Array.from({ length: requests }, (_, index) => request(index, within(random, [2_500, duration - 2_000]), tasks, random, rude))
  return {
    seed,
    duration,
    requests: records.sort((a, b) => a.planned - b.planned),
    forwards: [],
    tasks,
    health: [],
    serverLedger: true,
    duplicates: [],
    cameBack: [],
    lateness: { median: 0.31, p999: 6.2, max: 11.4, unsent: 0 }
  }
}

function fleet (random: () => number, rude: boolean): TaskRecord[] {
  const tasks: TaskRecord[] = [1, 2].map((task) => ({ task, deployment: 0, states: [{ state: 'PROVISIONING', at: 40 * task }], healthy: 2_000 + 180 * task }))
  let now = 5_000
  ORDERS.forEach((order, deployment) => {
    for (const old of tasks.slice(-2)) {
      const started = now
      const healthy = started + within(random, [1_400, 2_300])
      const stop = stopOf(order, healthy + 150, random, rude)
      tasks[old.task - 1] = { ...old, stop }
      tasks.push({ task: tasks.length + 1, deployment: deployment + 1, states: [{ state: 'PROVISIONING', at: started }], healthy })
      now = healthy + 700
    }
    now = Math.max(...tasks.map(({ stop }) => stop?.exited ?? 0)) + 1_500
  })
  return tasks
}

function stopOf (order: Order, decided: number, random: () => number, rude: boolean): StopRecord {
  const signalled = decided + { 'deregister-first': 10_000, together: within(random, [100, 1_900]), 'signal-first': 20, 'health-only': 20, kill: 20 }[order]
  const deregistered = order === 'signal-first' ? signalled + within(random, [1_000, 4_500]) : decided + 30
  const told = Math.max(signalled, deregistered + 5_000)
  const exited = rude ? signalled + within(random, [20, 60]) : told + within(random, [400, 1_700])
  const lookedAway = [1, 2].map(() => deregistered + within(random, [1_000, 5_000]))
  return {
    order,
    decided,
    deregistered,
    lookedAway: lookedAway.map((at) => at < exited ? at : null),
    signalled,
    ...rude ? { exited, exitCode: 143, exitSignal: null } : { listenerClosed: exited - 380, exited, exitCode: 0, exitSignal: null }
  }
}

/** A node sends requests to a task that is gone until it learns of it: 2 s later, if nothing was seen before. */
function leaves (stop: StopRecord | undefined, node: number): number {
  return stop?.lookedAway[node] ?? (stop ? stop.exited! + 2_000 : Infinity)
}

function request (index: number, planned: number, tasks: readonly TaskRecord[], random: () => number, rude: boolean): RequestRecord {
  const place = random() * 10
  const route = ROUTES[place < 6 ? 0 : place < 8 ? 1 : place < 9 ? 2 : 3]
  const latency = within(random, [...route.latency]) * (random() < 0.02 ? within(random, [1, 6]) : within(random, [0.8, 1.1]))
  const node = index % 2
  const alive = tasks.filter(({ healthy = Infinity, stop }) => healthy < planned && planned < leaves(stop, node))
  const task = alive[Math.floor(random() * alive.length)]
  const record = {
    id: `${index.toString(16).padStart(8, '0')}-4f1c-4c1e-9d53-0c0ffee${String(index).padStart(5, '0')}`,
    route: route.name,
    node,
    planned,
    sent: planned + 0.3,
    task: task?.task
  }
  const exited = task?.stop?.exited ?? Infinity
  if (rude && planned > exited) return { ...record, ended: planned + 0.8, status: 502, bytes: 0, class: 'refused', cause: 'connection refused (ECONNREFUSED)' }
  if (rude && planned + latency > exited && route.name === 'POST /orders') {
    return { ...record, ended: exited, status: 502, bytes: 0, class: 'effect-unseen', cause: 'reset before the header, and the order was stored' }
  }
  if (rude && planned + latency > exited) return { ...record, ended: exited, bytes: 0, class: 'cut', cause: 'connection closed before the whole answer' }

  const { signalled = Infinity } = task?.stop ?? {}
  const probe = Math.abs(planned - signalled) < 25 ? 'on a pooled socket at SIGTERM' : undefined
  const slow = latency > 9_000
  return { ...record, ...probe && { probe }, ended: planned + latency, status: 200, bytes: 512, class: slow ? 'late' : 'ok', ...slow && { cause: 'after 10 s' } }
}

/** A result of the runs given, judged as their losses say. */
export function result (...runs: RunResult[]): RehearsalResult {
  const requests = runs.flatMap((run) => run.requests)
  const lost = requests.filter((request) => request.class !== 'ok' && request.class !== 'late')
  const stops = runs.flatMap(({ tasks }) => tasks.flatMap(({ stop }) => stop ?? []))
  const inWindow = Math.round(requests.length * 0.4)
  const clean = lost.length === 0
  return {
    version: 1,
    verdict: clean ? 'PASS' : 'FAIL',
    sentence: clean
      ? 'No user would have noticed: nothing was lost in six stops.'
      : `Users would have noticed: ${lost.length} of ${requests.length} requests were lost.`,
    reasons: clean ? [] : [`${lost.length} of ${requests.length} requests were lost`, `${stops.length} of ${stops.length} tasks did not exit with 0`],
    settings,
    orders: ORDERS.map((order) => orderOf(order, stops, clean ? 0 : lost.length)),
    proof: {
      requests: requests.length,
      lost: lost.length,
      inWindow,
      stops: stops.length,
      perRequest: clean ? 3 / inWindow : null,
      perStop: clean ? 3 / stops.length : null
    },
    lateness: { median: 0.31, p999: 6.2, max: 11.4, unsent: 0 },
    runs,
    controls: [
      { name: 'exits at SIGTERM', expected: 'loss', asExpected: true, requests: 1_204, lost: 31, sentence: 'It lost 31 of 1,204 requests, as it must.' },
      { name: 'no stops', expected: 'clean', asExpected: true, requests: 1_180, lost: 0, sentence: 'Nothing was lost where nobody was stopped.' }
    ],
    notes: ['The command keeps no ledger of its own on two routes, so a request that was cut may have had its effect.'],
    environment: { package: '0.2.0', node: 'v20.20.2', platform: 'linux x64', cores: 2 }
  }
}

function orderOf (order: Order, stops: readonly StopRecord[], lost: number): OrderResult {
  const own = stops.filter((stop) => stop.order === order)
  const times = own.map(({ signalled, exited }) => (exited! - signalled!) / 1_000).sort((a, b) => a - b)
  const share = order === 'deregister-first' ? 0 : Math.round(lost / 2)
  const exit = String(own[0]?.exitCode ?? 0)
  return {
    order,
    verdict: share > 0 ? 'FAIL' : 'PASS',
    stops: own.length,
    lost: share,
    classes: share > 0 ? { refused: share - 1, cut: 1 } : {},
    seconds: own.length > 0 ? { median: times[0]!, max: times.at(-1)! } : null,
    exits: { [exit]: own.length },
    reasons: share > 0 ? [`${share} requests were lost`] : []
  }
}

export const settings: RehearsalResult['settings'] = {
  command: ['node', 'server.js'],
  cwd: '/home/me/checkout',
  order: ORDERS,
  lag: 'normal',
  lagSeconds: [1, 5],
  tasks: 2,
  nodes: 2,
  rate: 300,
  deployments: 1,
  seed: 1,
  seeds: 1,
  stopTimeout: 30,
  deregistrationDelay: 10,
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  healthPath: '/health',
  healthCheck: { intervalSeconds: 5, timeoutSeconds: 2, unhealthyThreshold: 2, healthyThreshold: 2 },
  checksWhileDraining: false,
  oneWayDelay: 0.5,
  secondSigterm: false,
  pid1: false,
  controls: true,
  probes: true,
  routes: ROUTES.map(({ name, path, weight, ...rest }) => ({ name, path, weight, method: 'method' in rest ? rest.method : 'GET' })),
  startTimeout: 60
}
