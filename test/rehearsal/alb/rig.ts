import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import timers from 'node:timers/promises'
import type { Test } from 'tap'

import { Balancer } from '../../../lib/rehearsal/alb/balancer'
import type { BalancerOptions } from '../../../lib/rehearsal/alb/index'
import { monotonic } from '../../../lib/rehearsal/monotonic'
import type { ForwardRecord, HealthCheck, HealthRecord } from '../../../types/rehearsal'

/** Checked often enough for a test to see thresholds at work. */
export const checks: HealthCheck & { readonly path: string } =
  { path: '/health', intervalSeconds: 0.05, timeoutSeconds: 1, unhealthyThreshold: 2, healthyThreshold: 2 }

/** Told at once, one node, no relay; what a test is about it says itself. */
export function options (others: Partial<BalancerOptions> = {}): BalancerOptions {
  return {
    epoch: monotonic(),
    seed: 1,
    nodes: 1,
    lag: [0, 0],
    deregistrationDelay: 60_000,
    healthCheck: checks,
    checksWhileDraining: false,
    oneWayDelay: 0,
    ...others
  }
}

export interface Rig {
  readonly balancer: Balancer
  readonly ports: readonly number[]
  readonly health: HealthRecord[]
  readonly lookedAway: number[]
  readonly crossings: number[]
  /** Registers a target, and resolves once every node calls it healthy. */
  serving (task: number, port: number): Promise<void>
  /** The last that a node said about a task. */
  opinion (task: number, node?: number): string | undefined
  /** Deregisters a task, and resolves once every node has looked away. */
  away (task: number): Promise<void>
  /** The records of so many requests, once they are there. */
  records (count: number): Promise<ForwardRecord[]>
}

/** A balancer in this process, closed with the test. */
export async function rig (t: Test, others: Partial<BalancerOptions> = {}): Promise<Rig> {
  const health: HealthRecord[] = []
  const lookedAway: number[] = []
  const crossings: number[] = []
  const written: ForwardRecord[] = []
  const balancer = await Balancer.create(options(others), {
    onHealth: (record) => health.push(record),
    onLookedAway: (task) => lookedAway.push(task),
    onCrossing: (task) => crossings.push(task)
  })
  const ports = await balancer.listen()
  t.teardown(() => balancer.close())
  const opinion = (task: number, node = 0): string | undefined => health.findLast((record) => record.task === task && record.node === node)?.health
  return {
    balancer,
    ports,
    health,
    lookedAway,
    crossings,
    opinion,
    async serving (task, port) {
      balancer.register(task, port)
      await until(() => ports.every((_, node) => opinion(task, node) === 'healthy'))
    },
    async away (task) {
      balancer.deregister(task)
      await until(() => lookedAway.filter((left) => left === task).length === ports.length)
    },
    async records (count) {
      await until(() => written.push(...balancer.ledger.take()) >= count)
      return written
    }
  }
}

export interface Served {
  readonly port: number
  /** How health checks are answered; 0: not at all. */
  health: number
  /** User requests, and health checks. */
  readonly asked: http.IncomingMessage[]
  readonly checked: http.IncomingMessage[]
  readonly server: http.Server
  readonly sockets: net.Socket[]
}

/** A target in this process; health checks are answered with `health`. */
export async function served (t: Test, handler: http.RequestListener, keepAliveTimeout = 0): Promise<Served> {
  const asked: http.IncomingMessage[] = []
  const checked: http.IncomingMessage[] = []
  const sockets: net.Socket[] = []
  const server = http.createServer({ keepAliveTimeout }, (request, response) => {
    const check = request.url === '/health'
    const list = check ? checked : asked
    list.push(request)
    if (!check) handler(request, response)
    else if (target.health !== 0) response.writeHead(target.health).end()
  })
  server.on('connection', (socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const target: Served = { port: (server.address() as net.AddressInfo).port, health: 200, asked, checked, server, sockets }
  return target
}

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
  /** Whether it came to its end. */
  readonly whole: boolean
}

export interface Asking {
  readonly id?: string
  readonly pin?: string
  readonly method?: string
  readonly headers?: http.OutgoingHttpHeaders
  readonly body?: string | Buffer
  readonly signal?: AbortSignal
}

/** One request on a connection of its own, no retries. */
export async function ask (port: number, path = '/', { id, pin, method, headers, body, signal }: Asking = {}): Promise<Answer> {
  const request = http.request({
    port,
    path,
    method,
    signal,
    host: '127.0.0.1',
    agent: false,
    headers: { ...headers, ...id === undefined ? {} : { 'x-rehearsal-id': id }, ...pin === undefined ? {} : { 'x-rehearsal-pin': pin } }
  }).end(body)
  const [response] = await once(request, 'response') as [http.IncomingMessage]
  let text = ''
  response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk }).on('error', () => {})
  await new Promise((resolve) => response.on('close', resolve))
  return { status: response.statusCode!, headers: response.headers, body: text, whole: response.complete }
}

/** A bare target that does with each request what the test says; health checks pass. */
export async function bare (t: Test, onRequest: (socket: net.Socket, count: number) => void): Promise<{ port: number, requests: () => number }> {
  let count = 0
  const server = net.createServer((socket) => {
    socket.on('error', () => {}).on('data', (chunk) => {
      if (String(chunk).startsWith('GET /health')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      else onRequest(socket, ++count)
    })
    t.teardown(() => socket.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { port: (server.address() as net.AddressInfo).port, requests: () => count }
}

/** Resolves once it holds; the test's own limit is the only one. */
export async function until (holds: () => boolean): Promise<void> {
  while (!holds()) await timers.setTimeout(2)
}

/** Resolves once a socket is closed, also where it has been for long. */
export async function gone (socket: net.Socket): Promise<void> {
  await until(() => socket.destroyed)
}
