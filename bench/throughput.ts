import type { Loader } from './load'
import type { Machine } from './machine'
import { measureSideBySide, type Figure } from './slices'
import { summarise, type Summary } from './statistics'
import { judge, type Verdict } from './verdict'

/** `control` is a second bare server: what it differs by is noise. `hooks` shows how a cost that is there looks. */
export const modes = ['bare', 'control', 'plugin', 'hooks'] as const
export type Mode = typeof modes[number]

export interface ThroughputSample extends Figure {
  readonly round: number
  readonly mode: Mode
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

/** Of each server in a round. */
const SLICES = 4

/** Each step added to the slice's number, so that in four slices each mode stands once in each place and once after each other. */
const ORDER = [0, 1, 3, 2] as const

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

async function measure (round: number, machine: Machine, loader: Loader): Promise<ThroughputSample[]> {
  const contestants = modes.map((mode) => ({ file: 'server.js', args: [mode === 'control' ? 'bare' : mode, loader.protocol] }))
  const turns = Array.from({ length: SLICES }, (_, slice) => ORDER.map((step) => (round + slice + step) % modes.length))
  const figures = await measureSideBySide(contestants, turns.flat(), machine, loader)
  return figures.map((figure, index) => ({ round, mode: modes[index]!, ...figure }))
}

function summariseMode (samples: readonly ThroughputSample[], mode: Mode): ThroughputSummary {
  const own = samples.filter((sample) => sample.mode === mode)
  const bare = samples.filter((sample) => sample.mode === 'bare')
  const over = (key: 'rate' | 'cpu') => summarise(own.map((sample, round) => sample[key] / bare[round]![key]))
  const plain = (key: 'rate' | 'cpu' | 'busy') => summarise(own.map((sample) => sample[key]))
  return { rate: plain('rate'), ratio: over('rate'), cpu: plain('cpu'), cpuRatio: over('cpu'), busy: plain('busy') }
}
