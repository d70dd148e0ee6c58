import { once, type EventEmitter } from 'node:events'
import type { Socket } from 'node:net'
import timers from 'node:timers/promises'

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

/** Of the event loop, in which the owner of a client hears that its socket has ended, and rolls back what cannot be any more. */
const TURNS = 3

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
    break: (error) => { for (const client of checkedOut(pool)) void takeAway(pool, client, error) },
    check: (timeout) => pool.query({ text: 'SELECT 1', query_timeout: timeout })
  }
}

function checkedOut ({ _clients = [], _idle = [] }: Pool): PoolClient[] {
  const idle = new Set(_idle.map(({ client }) => client))
  return _clients.filter((client) => !idle.has(client))
}

/**
 * Who waits for an answer on a client is told by the end of its socket, and gives it back by himself; to do so for him first would make
 * that a second time, which pg throws at, in a place where nobody can catch it. Who has a client and waits for nothing never gives it back.
 */
async function takeAway (pool: Pool, client: PoolClient, error: Error): Promise<void> {
  client.on('error', () => {}) // a client that is checked out has no listener: the end of its socket would be uncaught
  const stream = client.connection?.stream // while connecting, there is only this
  if (stream && !stream.closed) {
    const closed = once(stream, 'close').catch(() => {}) // it may fail at this very moment
    stream.destroy()
    await closed
    for (let turn = 0; turn < TURNS; turn++) await timers.setImmediate()
  }
  if (checkedOut(pool).includes(client)) client.release?.(error) // this is what ends the pool's waiting
}
