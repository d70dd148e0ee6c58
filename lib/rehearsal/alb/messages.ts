import type { ForwardRecord, HealthRecord } from '../../../types/rehearsal'
import type { BalancerOptions } from './options'

export interface Started {
  readonly ports: readonly number[]
  readonly addresses: readonly string[]
  readonly notes: readonly string[]
}

/** What the parent asks of the balancer's process; each call is replied to when it is done. */
export interface Calls {
  start (options: BalancerOptions): Promise<Started>
  register (task: number, port: number): void
  deregister (task: number): void
  stopping (task: number): void
  release (task: number): void
  dispatched (id: string): Promise<void>
  guard (group: number): void
  /** The reply follows the records. */
  flush (): void
}

export interface Call {
  readonly call: number
  readonly name: keyof Calls
  readonly args: readonly unknown[]
}

/** What the balancer's process says. */
export type Said =
  | { readonly type: 'reply', readonly call: number, readonly value?: unknown, readonly error?: string }
  | { readonly type: 'health', readonly record: HealthRecord }
  | { readonly type: 'looked-away', readonly task: number, readonly node: number, readonly at: number }
  | { readonly type: 'crossing', readonly task: number, readonly node: number }
  | { readonly type: 'forwards', readonly records: readonly ForwardRecord[] }
