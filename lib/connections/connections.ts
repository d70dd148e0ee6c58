import type { IncomingMessage } from 'node:http'
import type { Server } from 'node:net'

import type { CutRequest } from '../../types/index'
import type { Clock } from '../core/clock'
import type { Serving } from '../core/drain'
import { emptyAcceptQueue } from './accept-queue'
import { Requests } from './requests'
import { isUpgraded, responseInFlight, Sockets } from './sockets'
import { Sweeper } from './sweep'

/** A report is one line of a log, and those that collect logs cut long lines. */
const NAMED = 100

export interface ConnectionsOptions {
  readonly clock: Clock
  /** Tells health probes, which are no traffic. */
  isProbe (request: IncomingMessage): boolean
  /** Names a request's route without its URL. */
  routeOf (method: string, url: string): string
}

/** The connections of a service's HTTP/1.1 servers. While the task is ready this is a Set of sockets and nothing else. */
export class Connections implements Serving {
  readonly #sockets = new Sockets()
  readonly #requests: Requests
  readonly #sweeper: Sweeper
  readonly #options: ConnectionsOptions

  constructor (options: ConnectionsOptions) {
    this.#options = options
    this.#requests = new Requests(this.#sockets, options.clock, options.isProbe)
    this.#sweeper = new Sweeper(this.#sockets, this.#requests, options.clock)
  }

  /** Follows a server's sockets from now on; must come before its first connection. */
  follow (server: Server): void {
    this.#sockets.follow(server)
  }

  get listening (): boolean {
    return this.#sockets.servers.some((server) => server.listening)
  }

  get open (): number {
    return this.#sockets.size
  }

  get lastRequest (): number {
    return this.#requests.last
  }

  get served (): number {
    return this.#requests.served
  }

  watch (): void {
    this.#sockets.keepIdle()
    this.#requests.watch()
    this.#sweeper.watch()
  }

  async closeListener (until: number): Promise<number> {
    if (!this.listening) {
      this.#neverListen()
      return 0
    }
    return await this.#sockets.countAccepted(async (accepted) => {
      await this.#sweeper.sweepAll()
      await emptyAcceptQueue(accepted, this.#options.clock, until)
      for (const server of this.#sockets.servers) server.close()
    })
  }

  /** A start that is under way would go on to listen even while Fastify closes; its `listen()` stays pending instead. */
  #neverListen (): void {
    for (const server of this.#sockets.servers) server.listen = () => server
  }

  probed (request: IncomingMessage): void {
    this.#requests.probed(request)
  }

  sweep (): void {
    this.#sweeper.sweep()
  }

  inFlight (): { requests: CutRequest[], unnamed: number } {
    const responses = [...this.#sockets].map(responseInFlight).filter((response) => response !== undefined)
    const requests = responses.slice(0, NAMED).map((response) => {
      const { method = '', url = '' } = response.req
      return { method, route: this.#options.routeOf(method, url), atLeast: Math.round(this.#requests.age(response)) }
    })
    return { requests, unnamed: responses.length - requests.length }
  }

  upgraded (): number {
    return [...this.#sockets].filter(isUpgraded).length
  }

  async cut (): Promise<void> {
    await this.#sweeper.cut()
    this.#requests.unwatch()
  }
}
