import timers from 'node:timers/promises'
import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'

import type { Clock } from '../core/clock'
import type { Requests } from './requests'
import { hasBegun, type Sessions } from './sessions'
import { hasServed, isUpgraded, responseInFlight, type Sockets } from './sockets'

/** Destroying a socket costs 13 µs, and 60 where `ws` has it; 8,000 at once blocked the loop for 104 ms. */
const BATCH = 200
/** How long a socket that has not sent a whole header may be silent; a client that has one sends it at once. */
const SILENCE = 1_000

const TOO_LATE = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n'

/** How long sending one may take, however slowly: Node's own limit for it ends with the listener. */
const HEADER = 5_000

interface Unstarted {
  /** Bytes read when it was last looked at, and since when they have been as many. */
  readonly bytes: number
  readonly since: number
  /** Since when it is at what it has not finished. */
  readonly first: number
  /** Bytes that were read until the last answer, and since. */
  readonly answered: number
  readonly sent: number
}

/**
 * Closes connections once nothing can be lost by it. Node's own sweep would do so only in one go, and would leave those
 * that have sent nothing, or half a header, for ever.
 */
export class Sweeper {
  readonly #sockets: Sockets
  readonly #sessions: Sessions
  readonly #requests: Requests
  readonly #clock: Clock
  readonly #unstarted = new WeakMap<object, Unstarted>()
  /** Told to go once what was written to them is out. */
  readonly #refused = new WeakSet<Socket>()

  constructor (sockets: Sockets, sessions: Sessions, requests: Requests, clock: Clock) {
    this.#sockets = sockets
    this.#sessions = sessions
    this.#requests = requests
    this.#clock = clock
  }

  /** Begins to time those that are silent, without closing anything: they may wait out the lame duck. */
  watch (): void {
    for (const socket of this.#sockets) {
      if (!responseInFlight(socket) && !isUpgraded(socket)) this.#hasWaitedLong(socket)
    }
  }

  /** Closes what is idle, or has not begun for too long, a batch at most. Returns whether there may be more. */
  sweep (): boolean {
    for (const socket of this.#sockets.handshaking) if (this.#hasWaitedLong(socket)) socket.destroy()

    let swept = 0
    for (const socket of this.#sockets) {
      if (swept === BATCH) return true
      if (this.#isGoing(socket) || isUpgraded(socket) || responseInFlight(socket)) continue
      const session = this.#sessions.on(socket)
      if (session) {
        if (this.#end(session, socket)) swept++
        continue
      }
      if (this.#isIdle(socket)) socket.destroy()
      else if (this.#hasWaitedLong(socket)) this.#refuse(socket)
      else continue
      swept++
    }
    return false
  }

  /** Sweeps as long as there is more to sweep. What arrives in between is read first, hence the turns of the loop. */
  async sweepAll (): Promise<void> {
    await timers.setImmediate() // asked for while the loop polls, it comes before the loop polls again
    do await timers.setImmediate()
    while (this.sweep())
  }

  /** Destroys everything. */
  async cut (): Promise<void> {
    let inBatch = 0
    for (const socket of [...this.#sockets, ...this.#sockets.handshaking]) {
      socket.destroy()
      if (++inBatch % BATCH === 0) await timers.setImmediate()
    }
  }

  #isGoing (socket: Socket): boolean {
    return socket.destroyed || this.#refused.has(socket) || this.#requests.wasRefused(socket)
  }

  #isIdle (socket: Socket): boolean {
    return hasServed(socket) && this.#requests.bytesSinceAnswer(socket) === 0
  }

  /**
   * Has a session end by itself: its streams are finished, new ones are not taken. Whoever has just connected may open one
   * first, or be silent for too long. A client that will not let go of the connection after its last stream has a second.
   */
  #end (session: ServerHttp2Session, socket: Socket): boolean {
    if (session.destroyed) {
      const isOver = socket.writableFinished && this.#hasWaitedLong(socket, session)
      if (isOver) socket.destroy()
      return isOver
    }
    if (session.closed) return false
    if (hasBegun(session)) session.close()
    else if (this.#hasWaitedLong(socket)) session.destroy()
    else return false
    return true
  }

  /** Half a header gets an answer, since somebody waits for one; nothing gets nothing. */
  #refuse (socket: Socket): void {
    this.#refused.add(socket)
    if (this.#requests.bytesSinceAnswer(socket) > 0) socket.end(TOO_LATE)
    socket.destroySoon()
  }

  /** Whether the socket has been silent, or at its header, for too long, as far as it has been watched. */
  #hasWaitedLong (socket: Socket, key: object = socket): boolean {
    const now = this.#clock.now()
    const sent = this.#requests.bytesSinceAnswer(socket)
    const answered = socket.bytesRead - sent
    const known = this.#unstarted.get(key) ?? { bytes: -1, since: now, first: now, answered, sent }
    if (known.bytes === socket.bytesRead) return now - known.since >= SILENCE || now - known.first >= HEADER
    // A header that begins only now has all of its time, however long its connection was idle, or busy, before.
    const first = sent > 0 && (known.sent === 0 || known.answered !== answered) ? now : known.first
    this.#unstarted.set(key, { bytes: socket.bytesRead, since: now, first, answered, sent })
    return now - first >= HEADER
  }
}
