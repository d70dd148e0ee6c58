import diagnosticsChannel from 'node:diagnostics_channel'

type Channel = ReturnType<typeof diagnosticsChannel.channel>

/** All instances in one process share them, as they share their names. */
export const channels = {
  phase: diagnosticsChannel.channel('fastify-ecs-graceful:phase'),
  client: diagnosticsChannel.channel('fastify-ecs-graceful:client'),
  report: diagnosticsChannel.channel('fastify-ecs-graceful:report')
} as const

/** Above 0 while Node throws what subscribers have thrown. A process has one queue of ticks, so one count. */
let throwing = 0

/**
 * Publishes what `message` makes, if anybody listens.
 *
 * What a subscriber throws Node throws again, as an uncaught exception, on a tick of its own. Whoever has the uncaught
 * exceptions of the process can tell them by `isSubscribers`.
 */
export function publish (channel: Channel, message: () => object): void {
  if (!channel.hasSubscribers) return
  process.nextTick(() => { throwing++ })
  channel.publish(message())
  process.nextTick(() => { throwing-- })
}

/** Whether the exception that nobody has caught just now is a subscriber's, and not the application's. */
export function isSubscribers (): boolean {
  return throwing > 0
}
