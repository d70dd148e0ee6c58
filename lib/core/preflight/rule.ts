import type { PreflightRule, Severity } from '../../../types/index'
import type { Facts } from './facts'
import type { Inequality } from './inequality'

export type RuleId = PreflightRule

/** One thing that must hold for a task to stop without losing a request. */
export interface Rule {
  readonly id: RuleId
  readonly severity: Severity
  /** What must hold, for the documentation. */
  readonly holds: string
  /** What it costs where it does not, in requests. */
  readonly costs: string
  /** Where that comes from: AWS, Node, or a measurement of ours. */
  readonly source: string
  /** The inequality to be held; or what is wrong, as a sentence; or undefined where the rule has nothing to say. */
  requires (facts: Facts): Inequality | string | undefined
  remedy (facts: Facts): string
}
