/**
 * What a clause weighs.
 *
 * - `MUST`: a user behind an ALB sees a 502, a 504, a reset or lost data
 * - `SHOULD`: an operator suffers, or only a balancer that looks away later than most would notice
 * - `MAY`: good to have
 */
export type Level = 'MUST' | 'SHOULD' | 'MAY'

/**
 * How a clause came out.
 *
 * - `not-applicable`: the server does not offer what the clause needs
 * - `inconclusive`: the instant could not be forced, which proves nothing
 */
export type ClauseOutcome = 'pass' | 'fail' | 'not-applicable' | 'inconclusive'

/** What is tested. Seconds where AWS counts in seconds, as in the flags of the same names. */
export interface ConformanceOptions {
  /** Starts the server, which must listen on `PORT`. */
  readonly command: readonly string[]
  /** @default the current directory */
  readonly cwd?: string
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Where the balancer asks: 200 when ready, anything else from SIGTERM on. @default '/health' */
  readonly healthPath?: string
  /** Answers 200 as long as the process is not broken. @default '/health/live' */
  readonly livePath?: string
  /** Answers at once. @default '/' */
  readonly path?: string
  /** Answers after half a second to five. @default '/slow' */
  readonly slowPath?: string
  /** A POST that reads its body and answers. @default '/upload' */
  readonly uploadPath?: string
  /** Never answers. @default '/hang' */
  readonly hangPath?: string
  /** Sends its own process SIGTERM, and answers then. @default '/signal' */
  readonly signalPath?: string
  /** A WebSocket that sends back what it gets. @default '/websocket' */
  readonly websocketPath?: string
  /** Answers with 4 MB or more. @default '/large' */
  readonly largePath?: string
  /** An event stream without an end. @default '/events' */
  readonly eventsPath?: string
  /** The server speaks HTTP/2 without TLS, by prior knowledge. @default false */
  readonly http2?: boolean
  /** SIGTERM to SIGKILL, in seconds. @default 30 */
  readonly stopTimeout?: number
  /** Seconds after SIGTERM for which a balancer may still send new connections and requests. @default 3 */
  readonly lameDuck?: number
  /** Seconds in which the server must be healthy. @default 60 */
  readonly startTimeout?: number
  /** Ids of the clauses to test. @default all of them */
  readonly clause?: string | readonly string[]
  /** Only clauses of these levels. @default all of them */
  readonly level?: Level | readonly Level[]
  /** Whether a SHOULD that fails makes the verdict FAIL. @default false */
  readonly strict?: boolean
  /** Clauses that are tested side by side, each with processes of its own. @default 6 */
  readonly atOnce?: number
  /** Told of everything as it happens. */
  onEvent?(event: ConformanceEvent): void
  /** Ends the test early; it then rejects with the signal's reason, and nothing is left behind. */
  readonly signal?: AbortSignal
}

/** The options with their defaults, checked. */
export interface ConformanceSettings {
  readonly command: readonly [string, ...string[]]
  readonly cwd: string
  readonly healthPath: string
  readonly livePath: string
  readonly path: string
  readonly slowPath: string
  readonly uploadPath: string
  readonly hangPath: string
  readonly signalPath: string
  readonly websocketPath: string
  readonly largePath: string
  readonly eventsPath: string
  readonly http2: boolean
  readonly stopTimeout: number
  readonly lameDuck: number
  readonly startTimeout: number
  readonly clause: readonly string[]
  readonly level: readonly Level[]
  readonly strict: boolean
  readonly atOnce: number
}

export type ConformanceEvent =
  /** What the server turned out to offer, and how its drain went when nobody disturbed it. */
  | { readonly type: 'contract', readonly text: string }
  | { readonly type: 'clause', readonly result: ClauseResult, readonly done: number, readonly of: number }

/** One thing that was seen, on the wire or of the process. */
export interface EvidenceLine {
  /** Milliseconds since SIGTERM, negative before it. */
  readonly at: number
  /** The connection, from 1; null for the process. */
  readonly connection: number | null
  /** `sent`, `received` and `closed` are seen from the client. */
  readonly event: 'opened' | 'sent' | 'received' | 'closed' | 'process'
  /** The bytes, escaped and cut, or what happened. */
  readonly text: string
}

export interface ClauseResult {
  /** Stable, and never used again for anything else. */
  readonly id: string
  readonly level: Level
  readonly title: string
  readonly outcome: ClauseOutcome
  /** What was seen, or what is missing, in a sentence. */
  readonly sentence: string
  /** Of what failed. */
  readonly evidence: readonly EvidenceLine[]
  /** The last that the server wrote, of what failed. */
  readonly output: string
  /** Milliseconds. */
  readonly duration: number
}

/** FAIL: a MUST failed, or with `strict` a SHOULD. INCONCLUSIVE: none did, but a MUST could not be forced. */
export type ConformanceVerdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE'

export interface ConformanceResult {
  readonly version: 1
  readonly verdict: ConformanceVerdict
  readonly sentence: string
  readonly settings: ConformanceSettings
  readonly clauses: readonly ClauseResult[]
  /** A drain that nobody disturbed, in milliseconds since SIGTERM; null for what did not happen. */
  readonly drain: { readonly unhealthy: number | null, readonly listenerClosed: number | null, readonly exited: number | null }
  readonly environment: { readonly package: string, readonly node: string, readonly platform: string, readonly cores: number }
}
