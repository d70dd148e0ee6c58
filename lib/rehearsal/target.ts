import http from 'node:http'

import type { HealthCheck } from './types'

/** After which an ALB closes a connection on which nothing happens, in milliseconds. */
const IDLE_TIMEOUT = 60_000

export type TargetHealth = 'initial' | 'healthy' | 'unhealthy'

export interface TargetOptions {
  readonly port: number
  /** The address from which this node connects. */
  readonly localAddress: string
  readonly healthCheck: HealthCheck
  /** 0 up to 1: where in the interval this node's checks fall. */
  readonly phase: number
}

/** A task as one node of the balancer sees it: a pool of connections, and a health of its own. */
export class Target {
  readonly port: number
  readonly agent = new http.Agent({ keepAlive: true, scheduling: 'lifo', maxSockets: Infinity, maxFreeSockets: 1_000, timeout: IDLE_TIMEOUT })
  health: TargetHealth = 'initial'
  /** Whether this node has learnt of its deregistration. */
  leaving = false
  readonly #options: TargetOptions
  #timer: NodeJS.Timeout
  #successes = 0
  #failures = 0

  constructor (options: TargetOptions) {
    this.port = options.port
    this.#options = options
    const { intervalSeconds } = options.healthCheck
    this.#timer = setTimeout(() => {
      this.#check()
      this.#timer = setInterval(() => this.#check(), intervalSeconds * 1_000)
    }, options.phase * intervalSeconds * 1_000)
  }

  /** From now on this node sends it nothing and asks for nothing; what is in flight goes on. */
  leave (): void {
    this.leaving = true
    clearTimeout(this.#timer)
  }

  /** Cuts what is left. */
  cut (): void {
    this.leave()
    this.agent.destroy()
    for (const sockets of Object.values(this.agent.sockets)) for (const socket of sockets ?? []) socket.destroy()
  }

  /** On a connection of its own, closed after, as an ALB checks. */
  #check (): void {
    const { port, localAddress, healthCheck: { path, timeoutSeconds } } = this.#options
    const request = http.get({
      port,
      host: '127.0.0.1',
      path,
      localAddress,
      agent: false,
      headers: { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' },
      timeout: timeoutSeconds * 1_000
    })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', () => this.#judge(false))
    request.on('response', (response) => {
      response.resume()
      this.#judge(response.statusCode === 200)
    })
  }

  /** The first success makes a new target healthy; after that it takes as many in a row as were asked for. */
  #judge (passed: boolean): void {
    const { healthyThreshold, unhealthyThreshold } = this.#options.healthCheck
    this.#successes = passed ? this.#successes + 1 : 0
    this.#failures = passed ? 0 : this.#failures + 1
    if (passed && (this.health === 'initial' || this.#successes >= healthyThreshold)) this.health = 'healthy'
    if (!passed && this.health !== 'initial' && this.#failures >= unhealthyThreshold) this.health = 'unhealthy'
  }
}
