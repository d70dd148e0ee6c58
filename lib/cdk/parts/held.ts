import { Annotations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

import type { PreflightFinding, PreflightRule, Severity } from '../../../types/index'
import { preflight, ruleIds, sentence, type Facts } from '../../core/preflight/index'
import { errors } from '../../errors'

/** By rule: how grave it is here. */
export type Chosen<Id extends string> = Readonly<Partial<Record<Id, Severity | 'off'>>>

export type Finding = Omit<PreflightFinding, 'rule'> & { readonly rule: string }

/** A template can be changed before it costs a request, so one warning is not left at that; the budget has been seen to by applicationPlan. */
const HERE: Chosen<PreflightRule> = { 'spot-notice': 'error', budget: 'off' }

export function findingsOf (facts: Facts, chosen: Chosen<PreflightRule> = {}): Finding[] {
  return preflight(facts, new Map(Object.entries({ ...HERE, ...chosen }) as Array<[PreflightRule, Severity | 'off']>))
}

/** Rules that were chosen and do not exist. `more` are those beside the preflight's own. */
export function unknownRules (chosen: object = {}, more: readonly string[] = []): string[] {
  const known = [...ruleIds, ...more]
  return Object.keys(chosen).filter((id) => !known.includes(id)).map((id) => new errors.OptionUnknown(`preflight.${id}`, known.join(', ')).message)
}

/** Says it at synthesis: problems and errors refuse it, warnings are the CDK's, to be acknowledged by their id. */
export function hold (scope: Construct, problems: readonly string[], findings: readonly Finding[]): void {
  const grave = findings.filter(({ severity }) => severity === 'error').map((finding) => new errors.Preflight(sentence(finding), finding.rule).message)
  scope.node.addValidation({ validate: () => [...problems, ...grave] })
  for (const finding of findings.filter(({ severity }) => severity === 'warning')) {
    Annotations.of(scope).addWarningV2(`fastify-ecs-graceful:${finding.rule}`, sentence(finding))
  }
}
