import { withServer, type Start } from './children'
import type { Machine } from './machine'
import { differences, summarise, type Summary } from './statistics'

/** The most milliseconds that the plugin may add to a start. */
export const MOST_ADDED = 10

/** Starts, each in a fresh process. The CPU's time is the steadier of the two where others use the machine. */
export interface Startup {
  readonly samples: { readonly bare: readonly Start[], readonly plugin: readonly Start[] }
  readonly summaries: Readonly<Record<'elapsed' | 'cpu', StartupSummary>>
  /** Whether the median of what was added on the clock is within the target. */
  readonly met: boolean
}

export interface StartupSummary {
  readonly bare: Summary
  readonly plugin: Summary
  /** Start by start, to the bare one beside it. */
  readonly added: Summary
}

/** Starts a bare server and one with the plugin in each round, in alternating order. The round before the first only warms the disk cache. */
export async function measureStartup (rounds: number, machine: Machine): Promise<Startup> {
  const bare: Start[] = []
  const plugin: Start[] = []
  for (let round = -1; round < rounds; round++) {
    for (const mode of round % 2 === 0 ? ['bare', 'plugin'] as const : ['plugin', 'bare'] as const) {
      const { startup } = await withServer(mode, { core: machine.pins?.server }, async (_server, ready) => ready)
      if (round >= 0) (mode === 'bare' ? bare : plugin).push(startup)
    }
  }

  const samples = { bare, plugin }
  const summaries = { elapsed: summariseKind(samples, 'elapsed'), cpu: summariseKind(samples, 'cpu') }
  return { samples, summaries, met: summaries.elapsed.added.median <= MOST_ADDED }
}

function summariseKind (samples: Startup['samples'], kind: keyof Start): StartupSummary {
  const bare = samples.bare.map((start) => start[kind])
  const plugin = samples.plugin.map((start) => start[kind])
  return { bare: summarise(bare), plugin: summarise(plugin), added: summarise(differences(plugin, bare)) }
}
