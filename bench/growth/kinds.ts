import { randomUUID } from 'node:crypto'
import http from 'node:http'
import net from 'node:net'
import WebSocket from 'ws'

/** Something that befalls a task again and again. */
export interface Kind {
  readonly name: string
  /** How often in a round, and how many at once. */
  readonly times: number
  readonly atOnce: number
  /** Has it happen once. Rejects if the task does not answer as it should. */
  readonly once: (port: number) => Promise<void>
}

const host = '127.0.0.1'

export const kinds: readonly Kind[] = [
  { name: 'health checks', times: 2_000, atOnce: 8, once: (port) => ask(port, { path: '/health', headers: { 'user-agent': 'ELB-HealthChecker/2.0' } }, 200) },
  { name: 'requests, a connection each', times: 2_000, atOnce: 8, once: (port) => ask(port, { path: `/orders/${randomUUID()}` }, 404) },
  { name: 'requests, connections kept', times: 5_000, atOnce: 10, once: (port) => ask(port, { path: `/orders/${randomUUID()}`, agent: kept }, 404) },
  { name: 'orders', times: 500, atOnce: 10, once: placeOrder },
  { name: 'WebSockets, closed', times: 1_000, atOnce: 8, once: (port) => speak(port, (socket) => socket.close()) },
  { name: 'WebSockets, cut', times: 1_000, atOnce: 8, once: (port) => speak(port, (socket) => socket.terminate()) },
  { name: 'half a request, then gone', times: 1_000, atOnce: 8, once: askHalf }
]

const kept = new http.Agent({ keepAlive: true })

async function ask (port: number, { body, ...options }: http.RequestOptions & { body?: string }, expected: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    http.request({ host, port, agent: false, ...options }, (response) => {
      response.resume().on('error', reject).on('end', () => {
        if (response.statusCode === expected) resolve()
        else reject(new Error(`${options.path} was answered ${response.statusCode}, not ${expected}`))
      })
    }).on('error', reject).end(body)
  })
}

async function placeOrder (port: number): Promise<void> {
  const body = JSON.stringify({ id: randomUUID(), lines: ['pen', 'ink'].map((sku) => ({ sku, quantity: 1 })), takes: 50 })
  await ask(port, { method: 'POST', path: '/orders', headers: { 'content-type': 'application/json' }, agent: kept, body }, 201)
}

/** One word there and back, and then the end. */
async function speak (port: number, end: (socket: WebSocket) => void): Promise<void> {
  const socket = new WebSocket(`ws://${host}:${port}/echo`)
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => socket.send('hello')).on('message', () => end(socket)).on('close', () => resolve()).on('error', reject)
  })
}

async function askHalf (port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = net.connect(port, host, () => socket.write('GET /orders/', () => socket.destroy()))
    socket.on('close', () => resolve()).on('error', reject)
  })
}
