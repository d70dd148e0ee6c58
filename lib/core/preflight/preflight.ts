import type { PreflightFinding, Severity } from '../../../types/index'
import { balancerRules } from './balancer-rules'
import type { Facts } from './facts'
import { violation } from './inequality'
import type { Rule, RuleId } from './rule'
import { taskRules } from './task-rules'
import { timingRules } from './timing-rules'

/** All of them. Each has a case that trips it, and one that does not, in the tests. */
export const rules: readonly Rule[] = [...timingRules, ...balancerRules, ...taskRules]
export const ruleIds: readonly RuleId[] = rules.map(({ id }) => id)

/** The gravest first. */
const severities: readonly Severity[] = ['error', 'warning', 'info']

/** Holds facts against the rules: what does not hold, the gravest first. Pure; a rule whose facts are not known says nothing. */
export function preflight (facts: Facts, chosen: ReadonlyMap<RuleId, Severity | 'off'> = new Map()): PreflightFinding[] {
  const findings = rules.flatMap((rule): PreflightFinding[] => {
    const severity = chosen.get(rule.id) ?? rule.severity
    if (severity === 'off') return []
    const required = rule.requires(facts)
    const says = typeof required === 'object' ? violation(required) : required
    return says === undefined ? [] : [{ rule: rule.id, severity, says, costs: rule.costs, remedy: rule.remedy(facts) }]
  })
  return severities.flatMap((severity) => findings.filter((finding) => finding.severity === severity))
}

/** A finding as everybody says it. */
export function sentence ({ rule, says, costs, remedy }: Omit<PreflightFinding, 'rule'> & { readonly rule: string }): string {
  return `${rule}: ${says}. It costs ${costs}. Remedy: ${remedy}`
}
