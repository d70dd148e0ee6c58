import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import { withServer, type Answers } from './children'
import type { Machine } from './machine'
import { differences, summarise, type Summary } from './statistics'

export const CONNECTIONS = 2_000
const BATCH = 200 // well below the backlog of 511: a connection beyond it waits for a second
const PATIENCE = 10_000

/** One server, after garbage collection. */
export interface MemorySample {
  readonly mode: 'bare' | 'plugin'
  readonly none: Answers['memory']
  /** With one batch, so that what only a first connection needs is not counted with the others. */
  readonly few: Answers['memory']
  /** With `CONNECTIONS` more. */
  readonly many: Answers['memory']
}

/** Bytes. */
export interface MemorySummary {
  /** With no connection. */
  readonly none: Summary
  /** For each idle keep-alive connection. */
  readonly perConnection: Summary
}

export interface Memory {
  readonly connections: number
  readonly samples: readonly MemorySample[]
  readonly summaries: Readonly<Record<'heap' | 'rss', Readonly<Record<'bare' | 'plugin' | 'added', MemorySummary>>>>
}

/** Fresh servers in alternating order; every connection has had one answer and is idle. */
export async function measureMemory (rounds: number, machine: Machine): Promise<Memory> {
  const samples: MemorySample[] = []
  for (let round = 0; round < rounds; round++) {
    for (const mode of round % 2 === 0 ? ['bare', 'plugin'] as const : ['plugin', 'bare'] as const) {
      samples.push(await measure(mode, machine))
    }
  }
  return { connections: CONNECTIONS, samples, summaries: { heap: summariseKind(samples, 'heap'), rss: summariseKind(samples, 'rss') } }
}

async function measure (mode: 'bare' | 'plugin', { pins }: Machine): Promise<MemorySample> {
  return await withServer(mode, { core: pins?.server, nodeOptions: ['--expose-gc'] }, async (server, { port }) => {
    const none = await server.ask('memory')
    const sockets: Socket[] = []
    try {
      sockets.push(...await idleConnections(port))
      const few = await server.ask('memory')
      while (sockets.length < BATCH + CONNECTIONS) sockets.push(...await idleConnections(port))
      return { mode, none, few, many: await server.ask('memory') }
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })
}

async function idleConnections (port: number): Promise<Socket[]> {
  return await Promise.all(Array.from({ length: BATCH }, () => idleConnection(port)))
}

/** A keep-alive connection that has had its first answer. */
async function idleConnection (port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  await once(socket, 'data', { signal: AbortSignal.timeout(PATIENCE) })
  return socket
}

function summariseKind (samples: readonly MemorySample[], kind: 'heap' | 'rss'): Memory['summaries']['heap'] {
  const of = (mode: 'bare' | 'plugin') => samples.filter((sample) => sample.mode === mode)
  const none = (mode: 'bare' | 'plugin') => of(mode).map((sample) => sample.none[kind])
  const each = (mode: 'bare' | 'plugin') => of(mode).map(({ few, many }) => (many[kind] - few[kind]) / CONNECTIONS)
  return {
    bare: { none: summarise(none('bare')), perConnection: summarise(each('bare')) },
    plugin: { none: summarise(none('plugin')), perConnection: summarise(each('plugin')) },
    added: {
      none: summarise(differences(none('plugin'), none('bare'))),
      perConnection: summarise(differences(each('plugin'), each('bare')))
    }
  }
}
