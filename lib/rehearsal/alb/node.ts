import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'

import type { HealthRecord } from '../../../types/rehearsal'
import type { Now } from '../monotonic'
import { seeded } from '../random'
import { answer } from './answer'
import { pass } from './exchange'
import { ID, PIN } from './headers'
import type { Ledger } from './ledger'
import type { BalancerOptions } from './options'
import { pinned } from './pin'
import { Target } from './target'

export interface NodeOptions extends Omit<BalancerOptions, 'epoch' | 'nodes' | 'lag' | 'deregistrationDelay'> {
  readonly node: number
  /** Where it connects from; undefined leaves it to the machine. */
  readonly localAddress?: string
  readonly now: Now
  readonly ledger: Ledger
  onHealth (record: HealthRecord): void
  /** A request may now cross a goodbye of this task; a pinned one is waited for, for a moment. */
  onCrossing (task: number, node: number): void
}

/** The first check of a new target comes within this time. */
const FIRST_CHECK = 1_000

/** One node of an ALB: targets, opinions, connections and a turn of its own. */
export class BalancerNode {
  readonly #options: NodeOptions
  /** A client's idle connection is never closed: what a client sees cut is always the service's doing. */
  readonly #server = http.createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, noDelay: true })
  readonly #targets = new Map<number, Target>()
  readonly #upgraded = new Set<Duplex>()
  #port = 0
  #turn = 0
  #connections = 0

  constructor (options: NodeOptions) {
    this.#options = options
    this.#server.on('request', (request, response) => this.#serve(request, response, false))
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  /** Resolves with the port at which it takes requests. */
  async listen (): Promise<number> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
    return this.#port
  }

  register (task: number, port: number): void {
    const { node, seed, now, healthCheck, idleTimeout = 60_000, connectTimeout = 10_000, onHealth, onCrossing } = this.#options
    const phase = seeded(seed, `checks of ${task} by ${node}`)()
    const target: Target = new Target({
      ...this.#options,
      task,
      port,
      idleTimeout,
      connectTimeout,
      firstCheck: phase * Math.min(FIRST_CHECK, healthCheck.intervalSeconds * 1_000),
      nextNumber: () => ++this.#connections,
      onHealth: (health) => onHealth({ node, task, health, at: now() }),
      mayCross: () => {
        const routed = this.#candidates().includes(target)
        if (routed) onCrossing(task, node)
        return routed
      }
    })
    this.#targets.set(task, target)
  }

  /** Learns of a deregistration: sends it nothing new. */
  lookAway (task: number): void {
    this.#targets.get(task)?.drain()
  }

  /** Cuts what a target still has, and forgets it. */
  cut (task: number, reason: Error): void {
    this.#targets.get(task)?.cut(reason)
    this.#targets.delete(task)
  }

  stopping (task: number): void {
    this.#targets.get(task)?.stopping()
  }

  release (task: number): void {
    this.#targets.get(task)?.release()
  }

  close (): void {
    for (const task of [...this.#targets.keys()]) this.cut(task, new Error('the balancer is closed'))
    for (const socket of this.#upgraded) socket.destroy()
    this.#server.close()
    this.#server.closeAllConnections()
  }

  /** Whom a request may go to: the healthy, and where none is, all that are registered, since an ALB fails open. */
  #candidates (): Target[] {
    const registered = [...this.#targets.values()].filter(({ health }) => health !== 'draining')
    const healthy = registered.filter(({ health }) => health === 'healthy')
    return healthy.length > 0 ? healthy : registered
  }

  #serve (request: http.IncomingMessage, response: http.ServerResponse, upgrade: boolean): void {
    const { node, ledger, idleTimeout = 60_000 } = this.#options
    response.sendDate = false // the target's own is passed on
    const entry = ledger.begin(request.headers[ID] as string | undefined, node)
    const pin = pinned(request.headers[PIN])
    const candidates = this.#candidates()
    const asked = candidates.find(({ task }) => task === pin?.task)
    const target = asked ?? candidates[this.#turn++ % candidates.length]
    if (target === undefined) {
      entry.ended('no-target', { status: 503, cause: 'no registered target' })
      request.resume()
      return answer(response, 503, 'no registered target')
    }
    void pass({ request, response, upgrade, target, how: asked && pin ? pin.how : 'pooled', entry, port: this.#port, idleTimeout })
  }

  /** Node hands over the bare socket; until the protocol has changed it is answered as any other. */
  #upgrade (request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#upgraded.add(socket)
    socket.on('error', () => {}).on('close', () => this.#upgraded.delete(socket))
    socket.unshift(head)
    const response = new http.ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(socket as Socket) // a server without TLS has no other
    response.on('finish', () => socket.end())
    this.#serve(request, response, true)
  }
}
