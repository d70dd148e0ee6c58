import http from 'node:http'
import net from 'node:net'
import { once } from 'node:events'
import timers from 'node:timers/promises'

import { Stoppable, type StoppableOptions } from './stoppable'

/** How long a task took to go, in milliseconds, and with what exit code. */
export interface Stop {
  readonly elapsed: number
  readonly exit: number | NodeJS.Signals | null
}

const LONG = 8_000
const INTERVAL = 5_000
const ENOUGH = 2

/** SIGTERM to exit, where nobody asks anything. */
export async function idleStop (): Promise<Stop> {
  const server = new Stoppable({ mode: 'plugin' })
  await server.ready()

  return await stopped(server, server.stop())
}

/** SIGTERM to exit with a request of 8 s in flight, on a connection that its client keeps open. Rejects if it is not answered. */
export async function longRequestStop (options: StoppableOptions): Promise<Stop> {
  const server = new Stoppable(options)
  const socket = net.connect(await server.ready(), '127.0.0.1').setEncoding('utf8')
  let answer = ''
  socket.on('data', (text: string) => { answer += text }).on('error', () => {})
  socket.write(`GET /slow/${LONG} HTTP/1.1\r\nHost: x\r\n\r\n`)
  await server.requested()

  const stop = await stopped(server, server.stop())
  socket.destroy()
  if (!answer.includes('{"ok":true}')) throw new Error(`the long request was lost: ${JSON.stringify(answer)}`)
  return stop
}

/**
 * From the second 503 of the last checker to the exit. The two checkers probe every 5 s, `apart` milliseconds after one another, from
 * addresses of their own.
 */
export async function toldStop (apart: number): Promise<Stop> {
  const server = new Stoppable({ mode: 'plugin' })
  const port = await server.ready()
  const first = new Checker(port, '127.0.0.1')
  await timers.setTimeout(apart)
  const second = new Checker(port, process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1')
  await second.answered

  server.stop()
  return await stopped(server, Math.max(...await Promise.all([first.told, second.told])))
}

async function stopped (server: Stoppable, since: number): Promise<Stop> {
  const { code, signal, at } = await server.exit
  return { elapsed: at - since, exit: code ?? signal }
}

/** Probes as a node of the balancer does, until it has been told. */
class Checker {
  /** Resolves once its first probe has been answered. */
  readonly answered: Promise<void>
  /** When it had its last 503. */
  readonly told: Promise<number>
  readonly #port: number
  readonly #localAddress: string

  constructor (port: number, localAddress: string) {
    this.#port = port
    this.#localAddress = localAddress
    const first = this.#probe()
    this.answered = first.then(() => {})
    this.told = first.then(() => this.#untilTold())
  }

  async #untilTold (): Promise<number> {
    let next = performance.now()
    for (let refusals = 0; refusals < ENOUGH;) {
      next += INTERVAL
      await timers.setTimeout(next - performance.now())
      if (await this.#probe() === 503) refusals++
    }
    return performance.now()
  }

  async #probe (): Promise<number> {
    const headers = { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' }
    const request = http.get({ port: this.#port, host: '127.0.0.1', localAddress: this.#localAddress, path: '/health', agent: false, headers })
    const [response] = await once(request, 'response') as [http.IncomingMessage]
    response.resume()
    return response.statusCode!
  }
}
