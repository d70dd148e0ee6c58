import { withServer } from '../children'
import { differences, summarise, type Summary } from '../statistics'
import { Clients } from './clients'

/** `control` is a second bare server: what it differs by is noise. */
export const modes = ['bare', 'control', 'plugin'] as const
type Mode = typeof modes[number]

/** Bytes for each idle keep-alive connection, after garbage collection. */
export interface MemorySample {
  readonly round: number
  readonly mode: Mode
  readonly heap: number
  readonly rss: number
}

export interface MemoryCost {
  readonly samples: readonly MemorySample[]
  readonly summaries: Readonly<Record<'heap' | 'rss', Readonly<Record<Mode | 'added' | 'noise', Summary>>>>
}

/** Opened before, so that what only a first connection needs is not counted with the others. */
const FIRST = 200

/** Fresh servers, in an order that turns from round to round. */
export async function measureMemoryCost (rounds: number, connections: number): Promise<MemoryCost> {
  const samples: MemorySample[] = []
  for (let round = 0; round < rounds; round++) {
    for (const step of modes.keys()) {
      const mode = modes[(round + step) % modes.length]!
      samples.push({ round, mode, ...await measure(mode, connections) })
    }
  }
  return { samples, summaries: { heap: summariseKind(samples, 'heap'), rss: summariseKind(samples, 'rss') } }
}

async function measure (mode: Mode, connections: number): Promise<Pick<MemorySample, 'heap' | 'rss'>> {
  const clients = new Clients()
  try {
    return await withServer(mode === 'control' ? 'bare' : mode, { nodeOptions: ['--expose-gc'] }, async (server, { port }) => {
      await clients.open(port, FIRST, 'keep-alive')
      const few = await server.ask('memory')
      await clients.open(port, connections, 'keep-alive')
      const many = await server.ask('memory')
      return { heap: (many.heap - few.heap) / connections, rss: (many.rss - few.rss) / connections }
    })
  } finally {
    await clients.stop()
  }
}

function summariseKind (samples: readonly MemorySample[], kind: 'heap' | 'rss'): MemoryCost['summaries']['heap'] {
  const of = (mode: Mode) => samples.filter((sample) => sample.mode === mode).sort((a, b) => a.round - b.round).map((sample) => sample[kind])
  const [bare, control, plugin] = [of('bare'), of('control'), of('plugin')]
  return {
    bare: summarise(bare),
    control: summarise(control),
    plugin: summarise(plugin),
    added: summarise(differences(plugin, bare)),
    noise: summarise(differences(control, bare))
  }
}
