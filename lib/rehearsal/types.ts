import type { IncomingHttpHeaders } from 'node:http'

import type { Random } from './random'

/**
 * In which order a task is taken out: deregistered and signalled only when the deregistration delay is over; both at
 * once; signalled, and deregistered 1 to 5 s later;  or deregistered only when it is gone, so that only health checks can tell.
 */
export type Order = 'deregister-first' | 'together' | 'signal-first' | 'health-only'

/** AWS's own seconds. */
export interface HealthCheck {
  readonly path: string
  readonly intervalSeconds: number
  readonly timeoutSeconds: number
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
}

/** One kind of request in the load. */
export interface RequestKind {
  readonly name: string
  /** How often, relative to the others. */
  readonly weight: number
  /** The next request of this kind. */
  make (random: Random): LoadRequest
}

export interface LoadRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Says what is wrong with an answer; nothing, if it is what a user would expect. */
  check (answer: { readonly status: number, readonly headers: IncomingHttpHeaders, readonly body: string }): string | undefined
}

/** What is to be rehearsed. Durations in milliseconds, unless AWS's own seconds are named. */
export interface Rehearsal {
  /** Starts one task, which must listen on `PORT`. */
  readonly command: readonly [string, ...string[]]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly load: readonly RequestKind[]
  /** Requests a second, an open load. */
  readonly rate: number
  readonly seed: number
  readonly tasks: number
  /** How often all tasks are replaced. */
  readonly deployments: number
  readonly nodes: number
  readonly order: Order
  /** From deregistration to the instant at which a balancer node looks away, drawn per node and task. */
  readonly lag: readonly [number, number]
  readonly stopTimeoutSeconds: number
  readonly deregistrationDelaySeconds: number
  readonly healthCheck: HealthCheck
  /** Told of everything as it happens. */
  onEvent? (event: RehearsalEvent): void
  /** Ends the run early; it is then no result. */
  readonly signal?: AbortSignal
}

export type RehearsalEvent =
  | { readonly type: 'task', readonly task: number, readonly state: TaskState, readonly at: number }
  | { readonly type: 'load', readonly sent: number, readonly answered: number, readonly lost: number, readonly at: number }

export type TaskState = 'starting' | 'serving' | 'deregistered' | 'signalled' | 'exited'

/** What became of one request. Instants in milliseconds since the run began. */
export interface RequestRecord {
  readonly kind: string
  readonly planned: number
  readonly sent: number
  readonly ended: number
  readonly status?: number
  /** Why it counts as lost; absent if a user would have been content. */
  readonly lost?: string
}

export interface TaskRecord {
  readonly task: number
  readonly started: number
  readonly signalled?: number
  readonly exited?: number
  readonly exitCode?: number | null
  readonly exitSignal?: NodeJS.Signals | null
}

export interface RehearsalResult {
  readonly seed: number
  readonly order: Order
  readonly requests: readonly RequestRecord[]
  readonly tasks: readonly TaskRecord[]
  readonly verdict: Verdict
}

export interface Verdict {
  readonly passed: boolean
  readonly sent: number
  readonly lost: Readonly<Record<string, number>>
  /** Each in a sentence; empty if passed. */
  readonly reasons: readonly string[]
}
