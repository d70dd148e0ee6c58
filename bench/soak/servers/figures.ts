import diagnosticsChannel from 'node:diagnostics_channel'

/** What a process holds, after garbage collection (with --expose-gc). Bytes and counts. */
export interface Figures {
  readonly heap: number
  readonly rss: number
  /** By type: sockets, timers, servers … */
  readonly handles: Readonly<Record<string, number>>
  /** On the process, by event. */
  readonly listeners: Readonly<Record<string, number>>
  /** Of Node's and ours, those that somebody listens to. */
  readonly channels: readonly string[]
}

const CHANNELS = [
  'http.server.request.start', 'http.server.response.created', 'http.server.response.finish', 'net.server.socket', 'tracing:fastify.request.handler:start',
  'fastify-ecs-graceful:phase', 'fastify-ecs-graceful:client', 'fastify-ecs-graceful:report'
]

export function figures (): Figures {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  return {
    heap: heapUsed,
    rss,
    handles: counted(process.getActiveResourcesInfo()),
    listeners: Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name as 'exit')])),
    channels: CHANNELS.filter((name) => diagnosticsChannel.hasSubscribers(name))
  }
}

function counted (names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}
