import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import timers from 'node:timers/promises'
import WebSocket from 'ws'

import type { Now } from '../../lib/rehearsal/monotonic'
import { within, type Random } from '../../lib/rehearsal/random'

/** One connection of a client, from its handshake to its end. Instants as in the ledgers. */
export interface Session {
  readonly id: string
  readonly began: number
  /** Absent if the handshake failed. */
  readonly opened?: number
  readonly ended: number
  /** Whether the client itself wanted it to end. */
  readonly own: boolean
  /** Of the close frame; 1006 where there was none. */
  readonly code?: number
  readonly problem?: string
}

/** How long a client stays, if nobody tells it to go: all would gather on the tasks that are never replaced otherwise. */
const STAYS = [5_000, 40_000] as const
/** Between two words: an idle connection would be cut by the balancer. */
const SPEAKS = [500, 3_000] as const
const COMES_BACK = [50, 500] as const

export interface ClientsOptions {
  readonly ports: readonly number[]
  readonly count: number
  readonly random: Random
  readonly now: Now
  readonly signal: AbortSignal
}

/** Clients that come through the balancer, speak, and come back whenever their connection has ended. */
export class WebSocketClients {
  readonly #options: ClientsOptions
  readonly #over = new AbortController()
  readonly #ended: Session[] = []
  readonly #clients: Promise<void>[]

  constructor (options: ClientsOptions) {
    this.#options = options
    const signal = AbortSignal.any([this.#over.signal, options.signal])
    setMaxListeners(0, signal)
    this.#clients = Array.from({ length: options.count }, (_, client) => this.#live(options.ports[client % options.ports.length]!, signal))
  }

  /** The sessions that have ended since the last time. */
  take (): Session[] {
    return this.#ended.splice(0)
  }

  async close (): Promise<void> {
    this.#over.abort()
    await Promise.all(this.#clients)
  }

  async #live (port: number, signal: AbortSignal): Promise<void> {
    const wait = (range: readonly [number, number]): Promise<unknown> =>
      timers.setTimeout(within(this.#options.random, range), undefined, { signal }).catch(() => {})
    while (!signal.aborted) {
      await wait(COMES_BACK)
      if (!signal.aborted) this.#ended.push(await this.#session(port, signal))
    }
  }

  async #session (port: number, signal: AbortSignal): Promise<Session> {
    const { random, now } = this.#options
    const [id, began] = [randomUUID(), now()]
    const socket = new WebSocket(`ws://127.0.0.1:${port}/echo`, { headers: { 'x-rehearsal-id': id } })
    let opened: number | undefined
    let problem: string | undefined
    let own = false
    const speaking = setInterval(() => { if (socket.readyState === WebSocket.OPEN) socket.send('hello') }, within(random, SPEAKS))
    const leave = (): void => {
      own = true
      socket.close(1000)
    }
    const staying = setTimeout(leave, within(random, STAYS))
    signal.addEventListener('abort', leave)

    const code = await new Promise<number>((resolve) => {
      socket.on('open', () => { opened = now() }).on('error', ({ message }) => { problem = message }).on('close', resolve)
    })
    clearInterval(speaking)
    clearTimeout(staying)
    signal.removeEventListener('abort', leave)
    return { id, began, opened, ended: now(), own, code, problem }
  }
}
