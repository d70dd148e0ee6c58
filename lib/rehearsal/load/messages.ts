import type { Lateness } from '../../../types/rehearsal'
import type { ClientRecord, LoadOptions, LoadStatus, Probe } from './types'

/** What the parent asks of the child. */
export type Ask =
  | { readonly type: 'start', readonly options: LoadOptions }
  | { readonly type: 'rehearse' }
  | { readonly type: 'begin' }
  | { readonly type: 'probe', readonly probe: Probe }
  | { readonly type: 'answered', readonly id: string }
  | { readonly type: 'finish' }

/** What comes back for each; the records of `finish` go before it in parts. */
export interface Results {
  readonly start: undefined
  readonly rehearse: string[]
  readonly begin: undefined
  readonly probe: string
  readonly answered: undefined
  readonly finish: Lateness
}

/** What is asked, with the number under which it is answered. */
export interface Call {
  readonly call: number
  readonly ask: Ask
}

export type Reply =
  | { readonly type: 'status', readonly status: LoadStatus }
  | { readonly type: 'records', readonly records: readonly ClientRecord[] }
  | { readonly type: 'done', readonly call: number, readonly result?: unknown }
  | { readonly type: 'refused', readonly call: number, readonly problem: string }
