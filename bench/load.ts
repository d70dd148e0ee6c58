import { once } from 'node:events'
import { text } from 'node:stream/consumers'

import { Child, spawnPinned, type Load, type Protocol } from './children'
import type { Machine } from './machine'

/** Closed-loop load on one server, from a process of its own. */
export interface Loader {
  readonly name: string
  readonly protocol: Protocol
  /** Rejects if any request failed. */
  run (port: number, seconds: number): Promise<Load>
  stop (): Promise<void>
}

/** wrk where there is one, for it costs less per request than any server here; else autocannon. */
export function startLoader ({ wrk, pins }: Machine): Loader {
  return wrk === null ? new Cannon('autocannon', 'http1', pins?.load) : new Wrk(wrk, pins?.load)
}

/** Frames of our own, for neither of the two speaks HTTP/2, and Node's client costs more per request than its server. */
export function startHttp2Loader ({ pins }: Machine): Loader {
  return new Cannon('frames', 'http2', pins?.load)
}

class Cannon implements Loader {
  readonly name: string
  readonly protocol: Protocol
  readonly #cannon: Child

  constructor (name: 'autocannon' | 'frames', protocol: Protocol, core: number | undefined) {
    this.name = name
    this.protocol = protocol
    this.#cannon = new Child(name === 'frames' ? 'http2-cannon.js' : 'cannon.js', [], { core })
  }

  async run (port: number, seconds: number): Promise<Load> {
    return succeeded(await this.#cannon.ask('load', { port, seconds }))
  }

  async stop (): Promise<void> {
    await this.#cannon.stop()
  }
}

class Wrk implements Loader {
  readonly name = 'wrk'
  readonly protocol = 'http1'
  readonly #program: string
  readonly #core: number | undefined

  constructor (program: string, core: number | undefined) {
    this.#program = program
    this.#core = core
  }

  async run (port: number, seconds: number): Promise<Load> {
    const child = spawnPinned(this.#core, this.#program, ['-t1', '-c32', `-d${seconds}s`, `http://127.0.0.1:${port}/`], ['ignore', 'pipe', 'inherit'])
    const [said] = await Promise.all([text(child.stdout!), once(child, 'exit')])
    return succeeded(readWrk(said))
  }

  async stop (): Promise<void> {}
}

/** What wrk printed, as numbers. */
function readWrk (said: string): Load {
  const number = (pattern: RegExp): number => Number(pattern.exec(said)?.[1] ?? 0)
  const requests = number(/(\d+) requests in /)
  const failed = number(/Non-2xx or 3xx responses: (\d+)/) + Number(said.includes('Socket errors'))
  return { requests, elapsed: requests / number(/Requests\/sec:\s+([\d.]+)/) * 1_000, failed }
}

function succeeded (load: Load): Load {
  if (load.failed > 0 || load.requests === 0) throw new Error(`the load did not run: ${load.requests} requests, ${load.failed} failed`)
  return load
}
