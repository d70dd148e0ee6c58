import { Child } from './children'
import type { Loader } from './load'
import type { Machine } from './machine'

/** A server, as `Child` starts it. */
export interface Contestant {
  readonly file: string
  readonly args: readonly string[]
}

export interface Figure {
  /** Requests a second. */
  readonly rate: number
  /** Microseconds of the server's CPU per request. */
  readonly cpu: number
  /** The part of the time in which the server was on the CPU; below 0.9 or so the load was the limit, not the server. */
  readonly busy: number
}

const WARM_UP_SECONDS = 1
const SLICE_SECONDS = 1

interface Running {
  readonly server: Child
  port: number
  requests: number
  elapsed: number
  used: number
}

/**
 * The servers of a round run side by side, and the load goes from one to the next in slices of a second, in the order of `turns`: whatever
 * else slows the machine down for a while is there for all of them. Each round has fresh processes, since no two compile alike.
 */
export async function measureSideBySide (
  contestants: readonly Contestant[], turns: readonly number[], { pins }: Machine, loader: Loader
): Promise<Figure[]> {
  const running: Running[] = []
  try {
    for (const { file, args } of contestants) {
      const one = { server: new Child(file, args, { core: pins?.server }), port: 0, requests: 0, elapsed: 0, used: 0 }
      running.push(one)
      one.port = (await one.server.said('ready')).port
      await loader.run(one.port, WARM_UP_SECONDS)
    }
    for (const turn of turns) await measureSlice(running[turn]!, loader)
  } finally {
    await Promise.all(running.map(({ server }) => server.stop()))
  }
  return running.map(({ requests, elapsed, used }) => ({ rate: requests / elapsed * 1_000, cpu: used / requests, busy: used / (elapsed * 1_000) }))
}

async function measureSlice (one: Running, loader: Loader): Promise<void> {
  const before = await one.server.ask('cpu')
  const { requests, elapsed } = await loader.run(one.port, SLICE_SECONDS)
  one.used += await one.server.ask('cpu') - before
  one.requests += requests
  one.elapsed += elapsed
}
