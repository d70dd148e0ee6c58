import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

import type { Random } from './random'
import { Target } from './target'
import type { HealthCheck } from './types'

/** Says on an answer that the balancer made it, and why. */
export const CAUSE = 'x-rehearsal-cause'

export interface NodeOptions {
  /** Where it connects from: each node of an ALB has an address of its own. */
  readonly address: string
  readonly healthCheck: HealthCheck
  readonly random: Random
}

/**
 * One node of an ALB: a table of targets, a health state and a pool of connections for each, all its own. It retries
 * nothing. What a target refuses or cuts before its header becomes a 502; after that, the client's connection is cut.
 */
export class BalancerNode {
  readonly #server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => this.#forward(request, response))
  readonly #targets = new Map<number, Target>()
  readonly #options: NodeOptions
  #turn = 0

  constructor (options: NodeOptions) {
    this.#options = options
  }

  async listen (): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return (this.#server.address() as AddressInfo).port
  }

  register (port: number): Target {
    const { address, healthCheck, random } = this.#options
    const target = new Target({ port, localAddress: address, healthCheck, phase: random() })
    this.#targets.set(port, target)
    return target
  }

  forget (port: number): void {
    this.#targets.get(port)?.cut()
    this.#targets.delete(port)
  }

  close (): void {
    for (const port of [...this.#targets.keys()]) this.forget(port)
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** Round robin over the healthy; over all that are registered where none is: an ALB fails open. */
  #choose (): Target | undefined {
    const registered = [...this.#targets.values()].filter((target) => !target.leaving)
    const healthy = registered.filter((target) => target.health === 'healthy')
    const candidates = healthy.length > 0 ? healthy : registered
    return candidates[this.#turn++ % candidates.length]
  }

  #forward (request: http.IncomingMessage, response: http.ServerResponse): void {
    const target = this.#choose()
    if (!target) return fail(response, 503, 'no target')

    const headers = { ...request.headers, 'x-forwarded-for': request.socket.remoteAddress ?? '', connection: 'keep-alive' }
    const passed = http.request({
      port: target.port,
      host: '127.0.0.1',
      localAddress: this.#options.address,
      agent: target.agent,
      method: request.method,
      path: request.url,
      headers
    })
    passed.on('response', (answer) => {
      delete answer.headers['keep-alive'] // Node's agent would heed it; an ALB does not
      response.writeHead(answer.statusCode!, { ...answer.headers, connection: 'keep-alive' })
      answer.pipe(response)
      answer.on('error', () => response.destroy())
    })
    passed.on('error', (error: NodeJS.ErrnoException) => {
      if (response.headersSent) response.destroy()
      else fail(response, 502, error.code ?? error.message)
    })
    response.on('close', () => { if (!response.writableFinished) passed.destroy() })
    request.pipe(passed)
  }
}

function fail (response: http.ServerResponse, status: number, cause: string): void {
  response.writeHead(status, { [CAUSE]: cause }).end()
}
