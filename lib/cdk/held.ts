import { Annotations } from 'aws-cdk-lib'
import type { Construct } from 'constructs'

import type { PreflightRule, Severity } from '../../types/index'
import { preflight, ruleIds, sentence, type Facts } from '../core/preflight/index'
import { errors } from '../errors'

type Chosen = Readonly<Partial<Record<PreflightRule, Severity | 'off'>>>

/** A template can be changed before it costs a request, so one warning is not left at that; the budget has been seen to by applicationPlan. */
const HERE: Chosen = { 'spot-notice': 'error', budget: 'off' }

/** Says at synthesis what does not hold: errors and `problems` refuse it, warnings are the CDK's, to be acknowledged by their id. */
export function hold (scope: Construct, facts: Facts, problems: readonly string[], chosen: Chosen = {}): void {
  const unknown = Object.keys(chosen).filter((id) => !ruleIds.includes(id as PreflightRule))
  const findings = preflight(facts, new Map(Object.entries({ ...HERE, ...chosen }) as Array<[PreflightRule, Severity | 'off']>))
  const refusals = [
    ...unknown.map((id) => new errors.OptionUnknown(`preflight.${id}`, ruleIds.join(', ')).message),
    ...problems,
    ...findings.filter(({ severity }) => severity === 'error').map((finding) => new errors.Preflight(sentence(finding), finding.rule).message)
  ]
  scope.node.addValidation({ validate: () => refusals })
  for (const finding of findings.filter(({ severity }) => severity === 'warning')) {
    Annotations.of(scope).addWarningV2(`fastify-ecs-graceful:${finding.rule}`, sentence(finding))
  }
}
