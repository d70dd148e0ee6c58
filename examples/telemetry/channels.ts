import diagnosticsChannel from 'node:diagnostics_channel'

import type { ChannelMessage, ClientMessage, PhaseMessage, ReportMessage } from 'fastify-ecs-graceful'

export interface Listeners {
  phase (message: PhaseMessage): void
  client (message: ClientMessage): void
  report (message: ReportMessage): void
}

/** Listens to all of the plugin's channels, for every instance in the process. Returns what ends that. */
export function listen ({ phase, client, report }: Listeners): () => void {
  // Node does not know what is said on a channel: each listener says what it expects.
  const entries = Object.entries({ phase, client, report } as Record<string, (message: unknown) => void>)
  for (const [name, listener] of entries) diagnosticsChannel.subscribe(`fastify-ecs-graceful:${name}`, listener)
  return () => {
    for (const [name, listener] of entries) diagnosticsChannel.unsubscribe(`fastify-ecs-graceful:${name}`, listener)
  }
}

/** What metrics are told apart by. Not the task: each would be a series of its own. */
export function labels ({ task }: ChannelMessage): { family: string, revision: string } {
  return { family: task?.family ?? 'unknown', revision: task?.revision ?? 'unknown' }
}

/** How many requests, sockets and pieces of work were cut. */
export function cutBy ({ report: { cut } }: ReportMessage): number {
  return cut.requests.length + cut.unnamed + cut.upgraded + cut.work.length
}
