import http from 'node:http'
import timers from 'node:timers/promises'

import type { Targets } from '../targets'

/** How often a worker is asked for its health while it starts, in milliseconds. */
const LOOK = 100

/** The targets of a fleet that no balancer knows: a worker is healthy when it says so itself. */
export class Unbalanced implements Targets {
  readonly #ports = new Map<number, number>()
  readonly #path: string
  readonly #guard: (group: number) => void

  /** `guard` has a process group killed when this process is gone. */
  constructor (healthPath: string, guard: (group: number) => void) {
    this.#path = healthPath
    this.#guard = guard
  }

  guard (group: number): void {
    this.#guard(group)
  }

  register (task: number, port: number): void {
    this.#ports.set(task, port)
  }

  async healthy (task: number, signal: AbortSignal): Promise<void> {
    while (await this.#status(this.#ports.get(task)!) !== 200) await timers.setTimeout(LOOK, undefined, { signal })
  }

  deregister (): void {}

  lookedAway (): [] {
    return []
  }

  async #status (port: number): Promise<number | undefined> {
    return await new Promise((resolve) => {
      http.get({ port, host: '127.0.0.1', path: this.#path, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode)
      }).on('error', () => resolve(undefined))
    })
  }
}
