import type { Lateness, Route } from '../../../types/rehearsal'

export interface LoadOptions {
  readonly epoch: number
  readonly seed: number
  /** Of the balancer's nodes on 127.0.0.1; requests take turns. */
  readonly ports: readonly number[]
  /** Requests a second. */
  readonly rate: number
  readonly routes: readonly Route[]
  /**
   * How long an answer is waited for, in milliseconds, on top of what the route itself takes to upload and read; and how
   * long `finish` waits for what is under way.
   * @default 65000
   */
  readonly patience?: number
}

/** The client's ledger before it is joined with the others. Instants in milliseconds since the epoch. */
export interface ClientRecord {
  readonly id: string
  readonly route: string
  readonly probe?: string
  readonly node: number
  readonly planned: number
  readonly sent: number
  /** When the answer's header had arrived. */
  readonly firstByte?: number
  readonly ended: number
  readonly status?: number
  /** Of the answer's body. */
  readonly bytes: number
  /** Made by the balancer: what it said in `x-rehearsal-cause`. */
  readonly balancer?: string
  /** Whether the answer came to its end; with a status but cut before it, this is false. */
  readonly whole: boolean
  /** Whether it is whole, of the service itself, and what the route expects. */
  readonly expected: boolean
  /** What is wrong, in a few words, if anything. */
  readonly problem?: string
  /** As expected, but later than the route allows, counted from the planned instant. */
  readonly late: boolean
}

/** A request at an instant of the caller's choice, meant for one task. */
export interface Probe {
  readonly name: string
  readonly node: number
  readonly task: number
  readonly how: 'pooled' | 'fresh' | 'crossing' | 'split'
  /** @default the route that was answered fastest in `rehearse`, of those that only ask */
  readonly route?: string
}

/** Probes included; what is neither answered as expected nor lost is under way. */
export interface LoadStatus {
  readonly sent: number
  readonly answered: number
  readonly lost: number
  readonly at: number
}

export interface LoadResult {
  readonly records: ClientRecord[]
  readonly lateness: Lateness
}
