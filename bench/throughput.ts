import { withServer } from './children'
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
const MEASURED_SECONDS = 2

/** Each step added to the round's number, so that in four rounds each mode stands once in each place and once after each other. */
const ORDER = [0, 1, 3, 2] as const

export async function measureThroughput (
  rounds: number, machine: Machine, loader: Loader, progress: (round: number) => void
): Promise<Throughput> {
  const samples: ThroughputSample[] = []
  for (let round = 0; round < rounds; round++) {
    progress(round + 1)
    for (const step of ORDER) {
      const mode = modes[(round + step) % modes.length]!
      samples.push({ round, mode, ...await measure(mode, machine, loader) })
    }
  }

  const [bare, control, plugin, hooks] = modes.map((mode) => summariseMode(samples, mode))
  const summaries = { bare: bare!, control: control!, plugin: plugin!, hooks: hooks! }
  return { samples, summaries, verdict: judge(summaries.plugin.ratio, summaries.control.ratio) }
}

async function measure (mode: Mode, { pins }: Machine, loader: Loader): Promise<Omit<ThroughputSample, 'round' | 'mode'>> {
  return await withServer(mode === 'control' ? 'bare' : mode, { core: pins?.server, protocol: loader.protocol }, async (server, { port }) => {
    await loader.run(port, WARM_UP_SECONDS)

    const before = await server.ask('cpu')
    const { requests, elapsed } = await loader.run(port, MEASURED_SECONDS)
    const used = await server.ask('cpu') - before

    return { rate: requests / elapsed * 1_000, cpu: used / requests, busy: used / (elapsed * 1_000) }
  })
}

function summariseMode (samples: readonly ThroughputSample[], mode: Mode): ThroughputSummary {
  const own = samples.filter((sample) => sample.mode === mode)
  const bare = samples.filter((sample) => sample.mode === 'bare')
  const over = (key: 'rate' | 'cpu') => summarise(own.map((sample, round) => sample[key] / bare[round]![key]))
  const plain = (key: 'rate' | 'cpu' | 'busy') => summarise(own.map((sample) => sample[key]))
  return { rate: plain('rate'), ratio: over('rate'), cpu: plain('cpu'), cpuRatio: over('cpu'), busy: plain('busy') }
}
