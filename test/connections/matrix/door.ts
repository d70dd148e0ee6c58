import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Test } from 'tap'

import type { Where } from './service'
import { until } from './until'

/** Compiled beforehand, as what children run. */
const DOOR = join(__dirname, '../../../.build/test/fixtures/door.js')
/** Far more than it takes: with nobody to let in, the thread must not stand still for ever. */
const LONG = 10_000

interface Told {
  readonly port?: number
  readonly shut?: true
  readonly connected?: number
  readonly speaking?: number
}

/** A door in front of a service, see test/fixtures/door.ts. It is open at first. */
export class Door {
  readonly #worker: Worker
  readonly #through = new Int32Array(new SharedArrayBuffer(4))
  #told: Told = {}

  private constructor (to: Where) {
    this.#worker = new Worker(DOOR, {
      workerData: { to, through: this.#through }, execArgv: [], env: { ...process.env, NODE_OPTIONS: '' } // without what tap loads
    })
    this.#worker.on('message', (message: Told) => { this.#told = { ...this.#told, ...message } })
  }

  static async open (t: Test, to: Where): Promise<Door> {
    const door = new Door(to)
    t.teardown(() => door.#worker.terminate())
    await until(() => door.#told.port !== undefined)
    return door
  }

  get where (): Where {
    return { host: '127.0.0.1', port: this.#told.port! }
  }

  async shut (): Promise<void> {
    this.#worker.postMessage('shut')
    await until(() => this.#told.shut === true)
  }

  /** Resolves once so many wait, with something to say or without. */
  async holds (count: number, speaking: boolean): Promise<void> {
    await until(() => (speaking ? this.#told.speaking : this.#told.connected) === count)
  }

  /** Lets in whoever waits. This thread stands still until the kernel has all of it, so the service cannot have seen any. */
  letIn (): void {
    this.#worker.postMessage('let in')
    Atomics.wait(this.#through, 0, 0, LONG)
  }
}
