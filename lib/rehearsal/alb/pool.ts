import { once } from 'node:events'
import net from 'node:net'
import type { Duplex } from 'node:stream'

import { Relay } from './relay'

/** One connection of a node to a target. */
export interface Connection {
  readonly number: number
  readonly stream: Duplex
  /** How many requests it has had. */
  uses: number
}

export interface PoolOptions {
  readonly port: number
  readonly localAddress?: string
  readonly oneWayDelay: number
  readonly idleTimeout: number
  readonly connectTimeout: number
  nextNumber (): number
  /** Asked when the target closes an idle connection: for how many milliseconds the node is not to know. */
  goodbye (): number
}

export const CONNECT_TIMEOUT = 'CONNECT_TIMEOUT'

/** A node's connections to one target. What was idle last is used first; a `Keep-Alive` hint of the target is not heeded. */
export class Pool {
  readonly #options: PoolOptions
  readonly #idle = new Map<Connection, NodeJS.Timeout>()
  readonly #held = new Set<Connection>()
  /** Idle ones that are not to be used for now. */
  readonly #spared = new Set<Connection>()
  #toSpare = 0
  readonly #streams = new Set<Duplex>()

  constructor (options: PoolOptions) {
    this.#options = options
  }

  /**
   * Leaves the next `count` connections that become idle unused: under load the pool might have no idle connection at the
   * very instant that needs one. Those of an earlier call are used again.
   */
  spare (count: number): void {
    this.#spared.clear()
    this.#toSpare = count
  }

  /** The connection that became idle last, of those that the node does not know to be closed and that are not spared. */
  take (): Connection | undefined {
    for (const connection of [...this.#idle.keys()].reverse()) {
      if (this.#spared.has(connection)) continue
      clearTimeout(this.#idle.get(connection))
      this.#idle.delete(connection)
      if (usable(connection)) return connection
    }
  }

  /** A connection that the target has closed and of which the node is not to know yet. */
  takeHeld (): Connection | undefined {
    for (const connection of this.#held) {
      this.#held.delete(connection)
      if (usable(connection)) return connection
    }
  }

  /** A new connection, which joins the idle ones after its first answer. Rejects as the socket does, or with CONNECT_TIMEOUT. */
  async open (gate?: Promise<unknown>): Promise<Connection> {
    const { port, localAddress, oneWayDelay, nextNumber } = this.#options
    const relayed = oneWayDelay > 0 || gate !== undefined
    const socket = net.connect({ port, localAddress, host: '127.0.0.1', noDelay: true, allowHalfOpen: relayed })
    const forget = this.#own(socket)
    await this.#connected(socket)
    if (!relayed) return this.#kept({ number: nextNumber(), stream: socket, uses: 0 })

    forget() // it is the relay's now
    const relay = new Relay(socket, { delay: oneWayDelay, gate, goodbye: () => this.#goodbye(connection) })
    const connection = this.#kept({ number: nextNumber(), stream: relay, uses: 0 })
    return connection
  }

  /** Cuts all that there is, busy or not. */
  cut (reason: Error): void {
    for (const stream of [...this.#streams]) stream.destroy(reason)
  }

  async #connected (socket: net.Socket): Promise<void> {
    const limit = setTimeout(() => {
      socket.destroy(Object.assign(new Error('no connection within the connect timeout'), { code: CONNECT_TIMEOUT }))
    }, this.#options.connectTimeout)
    try {
      await once(socket, 'connect')
    } finally {
      clearTimeout(limit)
    }
  }

  #kept (connection: Connection): Connection {
    const { stream } = connection
    this.#own(stream)
    stream.on('free', () => this.#rest(connection)) // said by Node's client, unless either side wants it closed
    stream.on('close', () => {
      clearTimeout(this.#idle.get(connection))
      this.#idle.delete(connection)
      this.#held.delete(connection)
      this.#spared.delete(connection)
    })
    return connection
  }

  #rest (connection: Connection): void {
    if (!usable(connection)) return
    connection.stream.resume() // or its end would not be noticed
    if (this.#toSpare > 0) {
      this.#toSpare--
      this.#spared.add(connection)
    }
    this.#idle.set(connection, setTimeout(() => connection.stream.destroy(), this.#options.idleTimeout))
  }

  #goodbye (connection: Connection): number {
    const held = this.#idle.has(connection) ? this.#options.goodbye() : 0
    if (held > 0) {
      clearTimeout(this.#idle.get(connection))
      this.#idle.delete(connection)
      this.#held.add(connection)
    }
    return held
  }

  /** Remembers a stream for as long as it is open, or until what is returned is called. */
  #own (stream: Duplex): () => void {
    const forget = (): void => { this.#streams.delete(stream) }
    this.#streams.add(stream)
    stream.on('error', () => {}).on('close', forget) // who uses it hears of it too; when idle, nobody does
    return forget
  }
}

/** Calls back once all that was written on a connection so far is with the machine's own socket. */
export function departed ({ stream }: Connection, then: () => void): void {
  if (stream instanceof Relay) stream.departed(then)
  else then()
}

function usable ({ stream }: Connection): boolean {
  return stream.readable && stream.writable
}
