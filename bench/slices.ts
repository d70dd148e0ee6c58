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
}

export interface Slice {
  readonly requests: number
  /** Milliseconds. */
  readonly elapsed: number
  /** Microseconds of the server's CPU. */
  readonly used: number
}

/**
 * The servers of a round run side by side, and the load goes from one to the next in slices of a second, in the order of `turns`: whatever
 * else slows the machine down for a while is there for all of them. Each round has fresh processes, since no two compile alike.
 */
export async function measureSideBySide (
  contestants: readonly Contestant[], turns: readonly number[], machine: Machine, loader: Loader
): Promise<Figure[]> {
  const slices = await measureSlices(contestants, turns, machine, loader)
  return contestants.map((_, index) => figureOf(slices.filter((_, slice) => turns[slice] === index)))
}

/** The same, slice by slice. */
export async function measureSlices (
  contestants: readonly Contestant[], turns: readonly number[], { pins }: Machine, loader: Loader
): Promise<Slice[]> {
  const running: Running[] = []
  const slices: Slice[] = []
  try {
    for (const { file, args } of contestants) {
      const server = new Child(file, args, { core: pins?.server })
      const one = { server, port: 0 }
      running.push(one)
      one.port = (await server.said('ready')).port
      await loader.run(one.port, WARM_UP_SECONDS)
    }
    for (const turn of turns) slices.push(await measureSlice(running[turn]!, loader))
  } finally {
    await Promise.all(running.map(({ server }) => server.stop()))
  }
  return slices
}

async function measureSlice ({ server, port }: Running, loader: Loader): Promise<Slice> {
  const before = await server.ask('cpu')
  const { requests, elapsed } = await loader.run(port, SLICE_SECONDS)
  return { requests, elapsed, used: await server.ask('cpu') - before }
}

export function figureOf (slices: readonly Slice[]): Figure {
  const [requests, elapsed, used] = (['requests', 'elapsed', 'used'] as const).map((key) => slices.reduce((sum, slice) => sum + slice[key], 0))
  return { rate: requests! / elapsed! * 1_000, cpu: used! / requests!, busy: used! / (elapsed! * 1_000) }
}
