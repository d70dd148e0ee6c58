export type { ContainerFacts, Facts, LoadBalancerFacts, ServerFacts } from './facts'
export { preflight, ruleIds, rules, sentence } from './preflight'
export type { Rule, RuleId } from './rule'
