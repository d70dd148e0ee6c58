import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import timers from 'node:timers/promises'

import { freePorts } from '../../lib/rehearsal/task/index'
import { built } from '../soak/built'
import { figuresOf } from '../soak/veterans'
import type { Kind } from './kinds'

/** Sockets that have closed are let go in the next turns of the loop, and what refers to them with the garbage after that. */
const SETTLES = 300

/** The soak's checkout, in a process of its own. */
export class GrowingTask {
  readonly #child: ChildProcess
  readonly #port: number

  private constructor (child: ChildProcess, port: number) {
    this.#child = child
    this.#port = port
  }

  /** Resolves once the task answers. Rejects if it ends before. */
  static async start (env: NodeJS.ProcessEnv): Promise<GrowingTask> {
    const port = await (await freePorts())()
    const [file, ...args] = built('checkout')
    const child = spawn(file, args, { env: { ...env, PORT: String(port), HOST: '127.0.0.1' }, stdio: ['ignore', 'inherit', 'inherit'] })
    process.once('exit', () => child.kill('SIGKILL'))
    const task = new GrowingTask(child, port)
    while (!await task.#answers()) {
      if (task.#gone) throw new Error(`the task ended with ${child.exitCode ?? child.signalCode}`)
      await timers.setTimeout(50)
    }
    return task
  }

  /** Bytes of heap after garbage collection. The first look compiles what looking needs. */
  async heap (): Promise<number> {
    await timers.setTimeout(SETTLES)
    await figuresOf(this.#port, 0)
    return (await figuresOf(this.#port, 0)).heap
  }

  /** Has all of one round happen, and rejects with the first that goes wrong. */
  async undergo ({ once, times, atOnce }: Kind): Promise<void> {
    let begun = 0
    await Promise.all(Array.from({ length: atOnce }, async () => {
      while (begun++ < times) await once(this.#port)
    }))
  }

  async stop (): Promise<void> {
    if (this.#gone) return
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }

  get #gone (): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  async #answers (): Promise<boolean> {
    return await figuresOf(this.#port, 0).then(() => true, () => false)
  }
}
