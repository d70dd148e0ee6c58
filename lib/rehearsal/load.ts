import http from 'node:http'
import timers from 'node:timers/promises'

import { CAUSE } from './node'
import { seeded, type Random } from './random'
import type { LoadRequest, RequestKind, RequestRecord } from './types'

export interface LoadOptions {
  /** Of the balancer's nodes, which take turns as a name server hands them out. */
  readonly ports: readonly number[]
  readonly kinds: readonly RequestKind[]
  /** Requests a second. */
  readonly rate: number
  readonly seed: number
  /** Milliseconds since the run began. */
  now (): number
}

/** How long a user waits for an answer. */
const PATIENCE = 60_000

/**
 * An open load: when requests are sent was settled before the run (Poisson arrivals), so that a service that stalls is
 * asked no less. Each is sent once, and judged by what a user would have seen.
 */
export class Load {
  readonly records: RequestRecord[] = []
  #sent = 0
  #lost = 0
  readonly #options: LoadOptions
  readonly #random: Random
  readonly #agent = new http.Agent({ keepAlive: true, maxSockets: Infinity })
  readonly #open = new Set<Promise<void>>()

  constructor (options: LoadOptions) {
    this.#options = options
    this.#random = seeded(options.seed, 'load')
  }

  get sent (): number {
    return this.#sent
  }

  get lost (): number {
    return this.#lost
  }

  /** Sends until `stop` aborts, then waits for what is under way. */
  async run (stop: AbortSignal): Promise<void> {
    const { rate, now } = this.#options
    let planned = now()
    while (!stop.aborted) {
      planned += -Math.log(1 - this.#random()) / rate * 1_000
      const wait = planned - now()
      if (wait > 0) await timers.setTimeout(wait, undefined, { signal: stop }).catch(() => {})
      if (!stop.aborted) this.#send(planned)
    }
    await Promise.all(this.#open)
    this.#agent.destroy()
  }

  #send (planned: number): void {
    const kind = this.#draw()
    const request = kind.make(this.#random)
    const sent = this.#options.now()
    const port = this.#options.ports[this.#sent++ % this.#options.ports.length]!
    const done = this.#ask(port, request).then((outcome) => {
      this.#open.delete(done)
      if (outcome.lost !== undefined) this.#lost++
      this.records.push({ kind: kind.name, planned, sent, ended: this.#options.now(), ...outcome })
    })
    this.#open.add(done)
  }

  #draw (): RequestKind {
    const { kinds } = this.#options
    let left = this.#random() * kinds.reduce((sum, { weight }) => sum + weight, 0)
    return kinds.find(({ weight }) => (left -= weight) < 0) ?? kinds[0]!
  }

  async #ask (port: number, { method, path, headers, body, check }: LoadRequest): Promise<Pick<RequestRecord, 'status' | 'lost'>> {
    try {
      const answer = await this.#exchange({ port, host: '127.0.0.1', agent: this.#agent, method, path, headers, signal: AbortSignal.timeout(PATIENCE) }, body)
      const cause = answer.headers[CAUSE]
      const lost = cause === undefined ? check(answer) : `${answer.status} ${String(cause)}`
      return { status: answer.status, lost }
    } catch (error) {
      const { name, code, message } = error as NodeJS.ErrnoException
      return { lost: name === 'TimeoutError' ? `no answer within ${PATIENCE / 1_000} s` : `cut ${code ?? message}` }
    }
  }

  async #exchange (options: http.RequestOptions, body?: string): Promise<Parameters<LoadRequest['check']>[0]> {
    return await new Promise((resolve, reject) => {
      const request = http.request(options, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => { text += chunk })
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }))
        response.on('error', reject)
      })
      request.on('error', reject)
      request.end(body)
    })
  }
}
