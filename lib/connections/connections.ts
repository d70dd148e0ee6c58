import type { Server } from 'node:net'

import type { CutRequest, DrainReport } from '../../types/index'
import type { Clock } from '../core/clock'
import type { Serving } from '../core/drain'
import { emptyAcceptQueue } from './accept-queue'
import { Pulse } from './pulse'
import { Requests } from './requests'
import { Sessions, stopListening } from './sessions'
import { isUpgraded, Sockets } from './sockets'
import { Streams } from './streams'
import { Sweeper } from './sweep'
import { Traffic, type AnyRequest } from './traffic'
import { Farewell, Upgrades, type FarewellOptions } from './web-sockets/index'

/** A report is one line of a log, and those that collect logs cut long lines. */
const NAMED = 100

export interface ConnectionsOptions {
  readonly clock: Clock
  /** Tells health probes, which are no traffic. */
  isProbe (request: AnyRequest): boolean
  /** Names a request's route without its URL. */
  routeOf (method: string, url: string): string
  /** Looks once a second whether traffic arrives, while nothing watches it. */
  readonly watchWhileReady: boolean
  readonly webSockets: Pick<FarewellOptions, 'code' | 'perSecond' | 'goodbye' | 'onError'>
}

/** The connections of a service's servers. While the task is ready this is a Set of sockets, and over HTTP/2 of their sessions. */
export class Connections implements Serving {
  readonly #sockets = new Sockets()
  readonly #sessions = new Sessions()
  readonly #traffic: Traffic
  readonly #requests: Requests
  readonly #streams: Streams
  readonly #sweeper: Sweeper
  readonly #upgrades = new Upgrades()
  readonly #farewell: Farewell
  readonly #pulse?: Pulse
  readonly #options: ConnectionsOptions

  constructor (options: ConnectionsOptions) {
    this.#options = options
    this.#traffic = new Traffic(options.clock, options.isProbe)
    this.#requests = new Requests(this.#sockets, this.#traffic)
    this.#streams = new Streams(this.#sockets, this.#sessions, this.#traffic)
    if (options.watchWhileReady) this.#pulse = new Pulse(this.#sockets, options.clock)
    this.#sweeper = new Sweeper(this.#sockets, this.#sessions, this.#requests, options.clock)
    this.#farewell = new Farewell({
      ...options.webSockets,
      clock: options.clock,
      answer: (socket) => this.#upgrades.answer(socket),
      random: Math.random
    })
    this.#upgrades.onRequest = (request) => this.#traffic.arrived(request)
    this.#upgrades.onUpgrade = (socket) => this.#farewell.add(socket)
  }

  /** Follows a server's sockets from now on; must come before its first connection. */
  follow (server: Server): void {
    this.#sockets.follow(server)
    this.#sessions.follow(server)
    this.#upgrades.follow(server)
  }

  get listening (): boolean {
    return this.#sockets.servers.some((server) => server.listening)
  }

  get open (): number {
    return this.#sockets.size
  }

  get lastRequest (): number {
    return this.#traffic.last
  }

  get quietFor (): number | undefined {
    return this.#pulse?.quietFor
  }

  get served (): number {
    return this.#traffic.served
  }

  watch (): void {
    this.#pulse?.stop()
    this.#sockets.keepIdle()
    this.#traffic.watch()
    this.#requests.watch()
    this.#streams.watch()
    this.#sweeper.watch()
  }

  async closeListener (until: number): Promise<number> {
    this.#farewell.hasten()
    if (!this.listening) {
      this.#neverListen()
      return 0
    }
    return await this.#sockets.countAccepted(async (accepted) => {
      await this.#sweeper.sweepAll()
      await emptyAcceptQueue(accepted, this.#options.clock, until)
      for (const server of this.#sockets.servers) stopListening(server)
      this.#upgrades.refuse()
    })
  }

  /** A start that is under way would go on to listen even while Fastify closes; its `listen()` stays pending instead. */
  #neverListen (): void {
    for (const server of this.#sockets.servers) server.listen = () => server
  }

  probed (request: AnyRequest): void {
    this.#traffic.probed(request)
    this.#pulse?.probed(request)
  }

  sweep (): void {
    this.#sweeper.sweep()
  }

  inFlight (): { requests: CutRequest[], unnamed: number } {
    const all = [...this.#traffic.refused, ...this.#requests.inFlight(), ...this.#streams.inFlight()]
    const requests = all.slice(0, NAMED).map((request) => {
      const { method = '', url = '' } = request
      return { method, route: this.#options.routeOf(method, url), atLeast: Math.round(this.#traffic.age(request)) }
    })
    return { requests, unnamed: all.length - requests.length }
  }

  upgraded (): number {
    return [...this.#sockets].filter(isUpgraded).length
  }

  farewell (window: number, until: number): void {
    const asked = [...this.#sockets].filter((socket) => isUpgraded(socket) && this.#upgrades.has(socket))
    this.#farewell.begin(asked, window, until)
  }

  get untold (): number {
    return this.#farewell.untold
  }

  get webSockets (): DrainReport['webSockets'] {
    return this.#farewell.report
  }

  refuseUploads (): void {
    this.#requests.refuseUploads()
    this.#streams.refuseUploads()
  }

  async cut (): Promise<void> {
    this.#farewell.end()
    await this.#sweeper.cut()
    this.#requests.unwatch()
    this.#streams.unwatch()
  }
}
