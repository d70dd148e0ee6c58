import timers from 'node:timers/promises'

import { BalancerNode } from './node'
import { seeded, within, type Random } from './random'
import type { Target } from './target'
import type { HealthCheck } from './types'

export interface BalancerOptions {
  readonly nodes: number
  readonly healthCheck: HealthCheck
  readonly lag: readonly [number, number]
  readonly deregistrationDelay: number
  readonly seed: number
}

/** How often targets are looked at while somebody waits for them. */
const LOOK = 50

/** An ALB: nodes that learn of everything each in its own time. */
export class Balancer {
  readonly #nodes: BalancerNode[]
  readonly #options: BalancerOptions
  readonly #random: Random
  readonly #targets = new Map<number, Target[]>()
  readonly #pending = new Set<NodeJS.Timeout>()

  constructor (options: BalancerOptions) {
    this.#options = options
    this.#random = seeded(options.seed, 'balancer')
    this.#nodes = Array.from({ length: options.nodes }, (_, index) => new BalancerNode({
      // The drain tells checkers apart by address. Elsewhere than on Linux only 127.0.0.1 can be bound.
      address: process.platform === 'linux' ? `127.0.0.${index + 1}` : '127.0.0.1',
      healthCheck: options.healthCheck,
      random: this.#random
    }))
  }

  /** Resolves with the ports of its nodes. */
  async listen (): Promise<number[]> {
    return await Promise.all(this.#nodes.map((node) => node.listen()))
  }

  register (port: number): void {
    this.#targets.set(port, this.#nodes.map((node) => node.register(port)))
  }

  /** Resolves once every node calls the target healthy; rejects as `signal` says. */
  async healthy (port: number, signal: AbortSignal): Promise<void> {
    while (!this.#targets.get(port)!.every(({ health }) => health === 'healthy')) await timers.setTimeout(LOOK, undefined, { signal })
  }

  /**
   * Each node looks away after a lag of its own, and from then on gives what is in flight the deregistration delay: the
   * clock of a node that learns late starts late, or it would cut requests that it has only just sent.
   * Resolves with the delay: that is all ECS waits for.
   */
  async deregister (port: number): Promise<void> {
    const { lag, deregistrationDelay } = this.#options
    for (const [index, target] of this.#targets.get(port)!.entries()) {
      const lookAway = within(this.#random, lag)
      this.#after(lookAway, () => target.leave())
      this.#after(lookAway + deregistrationDelay, () => this.#nodes[index]!.forget(port))
    }
    await new Promise<void>((resolve) => this.#after(deregistrationDelay, resolve))
  }

  close (): void {
    for (const timer of this.#pending) clearTimeout(timer)
    for (const node of this.#nodes) node.close()
  }

  #after (duration: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.#pending.delete(timer)
      then()
    }, duration)
    this.#pending.add(timer)
  }
}
