import type { Clause } from '../clause'
import { closing } from './closing'
import { ending } from './ending'
import { holding } from './holding'
import { http2 } from './http2'
import { inFlight } from './in-flight'
import { lameDuck } from './lame-duck'
import { signal } from './signal'
import { start } from './start'
import { transfers } from './transfers'
import { websocket } from './websocket'

/** All clauses there are, in the order of their numbers. */
export const clauses: readonly Clause[] = [
  ...lameDuck, ...signal, ...inFlight, ...transfers, ...closing, ...ending, ...holding, ...start, ...http2, ...websocket
].sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)))
