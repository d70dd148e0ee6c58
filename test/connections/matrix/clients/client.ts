import type { Test } from 'tap'

import type { Where } from '../service'

/** Somebody who asks a service for something, in steps, so that a drain can begin between any two of them. */
export interface Client {
  /** Resolves once the connection is open, and what the kind does beforehand is done. */
  readonly ready: Promise<unknown>
  /** Where the connection is one that is closed while nobody uses it: resolves then. */
  readonly idleClosed?: Promise<unknown>
  /** Whether the service has answered so far that the rest may take its time; where only the client can tell. */
  readonly begun?: () => boolean
  /** Asks. Done before `ready`, it waits for that. */
  send (): void
  /** Does what an answer still needs from this side: the rest of an upload, reading. */
  finish (): void
  /** What the client saw, in words of the table, once its connection is closed. */
  readonly outcome: Promise<string>
}

export interface Opening {
  readonly t: Test
  readonly where: Where
  /** What is asked for is not to end by itself. */
  readonly endless: boolean
}

export type Open = (opening: Opening) => Client

/** How a connection failed, in words of the table. */
export function failure (error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException
  return ['ECONNREFUSED', 'ENOENT'].includes(code) ? 'connect refused' : 'cut' // a Unix socket goes with its listener
}
