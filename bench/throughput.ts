import { Child } from './children'
import type { Loader } from './load'
import type { Machine } from './machine'
import { summarise, type Summary } from './statistics'
import { judge, type Verdict } from './verdict'

/** `control` is a second bare server: what it differs by is noise. `hooks` shows how a cost that is there looks. */
export const modes = ['bare', 'control', 'plugin', 'hooks'] as const
export type Mode = typeof modes[number]

export interface ThroughputSample {
  readonly round: number
  readonly mode: Mode
  /** Requests a second. */
  readonly rate: number
  /** Microseconds of the server's CPU per request. */
  readonly cpu: number
  /** The part of the time in which the server was on the CPU; below 0.9 or so the load was the limit, not the server. */
  readonly busy: number
}

export interface ThroughputSummary {
  readonly rate: Summary
  /** Rate over that of the bare server of the same round. */
  readonly ratio: Summary
  readonly cpu: Summary
  readonly cpuRatio: Summary
  readonly busy: Summary
}

export interface Throughput {
  readonly samples: readonly ThroughputSample[]
  readonly summaries: Readonly<Record<Mode, ThroughputSummary>>
  readonly verdict: Verdict
}

const WARM_UP_SECONDS = 1
const SLICE_SECONDS = 1
/** Of each server in a round. */
const SLICES = 4

/** Each step added to the slice's number, so that in four slices each mode stands once in each place and once after each other. */
const ORDER = [0, 1, 3, 2] as const

/**
 * The servers of a round run side by side, and the load goes from one to the next in slices of a second: whatever else slows the machine
 * down for a while is there for all of them. Each round has fresh processes, since no two compile alike.
 */
export async function measureThroughput (
  rounds: number, machine: Machine, loader: Loader, progress: (round: number) => void
): Promise<Throughput> {
  const samples: ThroughputSample[] = []
  for (let round = 0; round < rounds; round++) {
    progress(round + 1)
    samples.push(...await measure(round, machine, loader))
  }

  const [bare, control, plugin, hooks] = modes.map((mode) => summariseMode(samples, mode))
  const summaries = { bare: bare!, control: control!, plugin: plugin!, hooks: hooks! }
  return { samples, summaries, verdict: judge(summaries.plugin.ratio, summaries.control.ratio) }
}

interface Running {
  readonly mode: Mode
  readonly server: Child
  readonly port: number
  requests: number
  elapsed: number
  used: number
}

async function measure (round: number, { pins }: Machine, loader: Loader): Promise<ThroughputSample[]> {
  const running: Running[] = []
  try {
    for (const mode of modes) {
      const server = new Child('server.js', [mode === 'control' ? 'bare' : mode, loader.protocol], { core: pins?.server })
      const one = { mode, server, port: 0, requests: 0, elapsed: 0, used: 0 }
      running.push(one)
      one.port = (await server.said('ready')).port
      await loader.run(one.port, WARM_UP_SECONDS)
    }
    for (let slice = 0; slice < SLICES; slice++) {
      for (const step of ORDER) await measureSlice(running[(round + slice + step) % modes.length]!, loader)
    }
  } finally {
    await Promise.all(running.map(({ server }) => server.stop()))
  }
  return running.map(({ mode, requests, elapsed, used }) => ({
    round, mode, rate: requests / elapsed * 1_000, cpu: used / requests, busy: used / (elapsed * 1_000)
  }))
}

async function measureSlice (one: Running, loader: Loader): Promise<void> {
  const before = await one.server.ask('cpu')
  const { requests, elapsed } = await loader.run(one.port, SLICE_SECONDS)
  one.used += await one.server.ask('cpu') - before
  one.requests += requests
  one.elapsed += elapsed
}

function summariseMode (samples: readonly ThroughputSample[], mode: Mode): ThroughputSummary {
  const own = samples.filter((sample) => sample.mode === mode)
  const bare = samples.filter((sample) => sample.mode === 'bare')
  const over = (key: 'rate' | 'cpu') => summarise(own.map((sample, round) => sample[key] / bare[round]![key]))
  const plain = (key: 'rate' | 'cpu' | 'busy') => summarise(own.map((sample) => sample[key]))
  return { rate: plain('rate'), ratio: over('rate'), cpu: plain('cpu'), cpuRatio: over('cpu'), busy: plain('busy') }
}
