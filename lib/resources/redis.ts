import type { EventEmitter } from 'node:events'

import type { Resource } from './resource'

/** What is used of an ioredis client, of iovalkey or of a Cluster. What is optional is private, or missing on some of them. */
export interface Redis extends EventEmitter {
  readonly status: string
  readonly manuallyClosing?: boolean
  readonly offlineQueue?: { toArray (): ReadonlyArray<{ readonly command: { readonly name: string } }> }
  flushQueue?: (error: Error) => void
  ping (): Promise<unknown>
  quit (): Promise<unknown>
  disconnect (): void
}

/** Told by shape, since the application may bring its own copy. */
export function isRedis (value: unknown): value is Redis {
  const redis = value as Partial<Redis> | null
  return typeof redis === 'object' && redis !== null && typeof redis.quit === 'function' &&
    typeof redis.disconnect === 'function' && typeof redis.status === 'string'
}

/** `quit` waits for ever on a server that does not answer, and behind a command queued for one that has gone. */
export function redisResource (name: string, redis: Redis): Resource {
  let broken = false
  return {
    name,
    client: redis,
    begun: () => redis.manuallyClosing === true || redis.status === 'end' || quitIsQueued(redis),
    // Broken, it may keep a dead socket for seconds; but nobody waits for it any more.
    done: () => broken || redis.status === 'end' || hasParted(redis),
    close: async () => {
      // A lazy client that never connected would connect only to say goodbye.
      if (redis.status === 'wait') redis.disconnect()
      else await redis.quit().catch(unlessClosed)
    },
    break: (error) => {
      broken = true
      redis.disconnect()
      redis.flushQueue?.(error) // or a queued quit would wait for a server that is not coming back
    },
    check: () => redis.ping()
  }
}

function quitIsQueued ({ offlineQueue }: Redis): boolean {
  return offlineQueue?.toArray().some(({ command }) => command.name === 'quit') ?? false
}

/** A client told to close while it had no connection stays in one of these states for good. */
function hasParted ({ manuallyClosing, status }: Redis): boolean {
  return manuallyClosing === true && (status === 'reconnecting' || status === 'close')
}

/** What ioredis says of a second quit. */
function unlessClosed (error: unknown): void {
  if (!(error instanceof Error && error.message === 'Connection is closed.')) throw error
}
