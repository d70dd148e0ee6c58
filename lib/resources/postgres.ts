import type { EventEmitter } from 'node:events'
import type { Socket } from 'node:net'

import type { Resource } from './resource'

interface PoolClient extends EventEmitter {
  readonly connection?: { readonly stream?: Socket }
  release?: (error?: Error) => void
}

/** What is used of a `pg.Pool`. The underscored lists are private; without them a hung pool is left to the exit. */
export interface Pool extends EventEmitter {
  readonly totalCount: number
  readonly ending: boolean
  readonly ended: boolean
  readonly _clients?: readonly PoolClient[]
  readonly _idle?: ReadonlyArray<{ readonly client: PoolClient }>
  connect (): Promise<PoolClient>
  query (config: { text: string, query_timeout: number }): Promise<unknown>
  end (): Promise<void>
}

/** Told by shape, since the application may bring its own copy of pg. */
export function isPool (value: unknown): value is Pool {
  const pool = value as Partial<Pool> | null
  return typeof pool === 'object' && pool !== null && typeof pool.end === 'function' && typeof pool.connect === 'function' &&
    typeof pool.on === 'function' && typeof pool.totalCount === 'number'
}

/** A pool's end waits for ever on a client that is checked out and never comes back; `break` takes the client away. */
export function postgresResource (name: string, pool: Pool): Resource {
  return {
    name,
    client: pool,
    begun: () => pool.ending,
    done: () => pool.ended,
    close: () => pool.end(),
    break: (error) => { for (const client of checkedOut(pool)) takeAway(client, error) },
    check: (timeout) => pool.query({ text: 'SELECT 1', query_timeout: timeout })
  }
}

function checkedOut ({ _clients = [], _idle = [] }: Pool): PoolClient[] {
  const idle = new Set(_idle.map(({ client }) => client))
  return _clients.filter((client) => !idle.has(client))
}

function takeAway (client: PoolClient, error: Error): void {
  client.on('error', () => {}) // a client that is checked out has no listener: the end of its socket would be uncaught
  client.release?.(error) // this, not the end of the socket, is what ends the pool's waiting
  client.connection?.stream?.destroy() // while connecting, there is only the socket
}
