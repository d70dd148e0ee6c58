import type { ClauseOutcome, EvidenceLine, Level } from '../../types/conformance'
import type { Server } from './server'
import type { Subject } from './subject'
import type { Wire } from './wire/wire'

/** What a clause may need of the server: without it the clause does not apply. */
export type Need = 'http1' | 'http2' | 'live' | 'slow' | 'upload' | 'hang' | 'signal' | 'websocket' | 'large' | 'events'

export interface Clause {
  /** Stable, and never used again for anything else. */
  readonly id: string
  readonly level: Level
  readonly title: string
  /** Why it has this level, in a line, with its source. */
  readonly reason: string
  /** How the instant is forced. */
  readonly forced: string
  readonly needs: readonly Need[]
  /** What it makes use of where it is offered, and can do without. */
  readonly uses?: readonly Need[]
  /** Whether it may take as long as the stop timeout: such clauses are begun first. @default false */
  readonly long?: boolean
  /** Starts what it needs from `subject`, which ends it afterwards. Does not judge by luck. */
  test (subject: Subject): Promise<Outcome>
}

export interface Outcome {
  readonly outcome: ClauseOutcome
  readonly sentence: string
  readonly evidence?: readonly EvidenceLine[]
  readonly output?: string
}

export function passed (sentence: string): Outcome {
  return { outcome: 'pass', sentence }
}

/** With what was seen of the server, and on `wires` or else on all of its connections. */
export function failed (sentence: string, server: Server, wires?: readonly Wire[]): Outcome {
  return { outcome: 'fail', sentence, evidence: server.transcript.lines(wires?.map(({ number }) => number)), output: server.output }
}

export function notApplicable (sentence: string): Outcome {
  return { outcome: 'not-applicable', sentence }
}

/** The instant could not be forced, so nothing was shown. */
export function inconclusive (sentence: string): Outcome {
  return { outcome: 'inconclusive', sentence }
}
