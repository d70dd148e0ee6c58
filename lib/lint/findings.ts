import type { PreflightFinding, PreflightRule, Severity } from '../../types/index'
import { preflight, ruleIds, type Facts } from '../core/preflight/index'
import { defaults, type Default } from './defaults'
import type { Place } from './description'
import { altered } from './facts/assumed'
import { planFor, type Gathered } from './facts/facts'
import type { Subject } from './join/subjects'
import type { LintFinding, RestsOn, Where } from './result'

type Chosen = ReadonlyMap<PreflightRule, Severity | 'off'>

/** The rules that hold for every container. The others are meant for applications: a sidecar has no plan. */
const FOR_ALL: readonly PreflightRule[] = ['fargate-stop-timeout', 'ec2-stop-timeout', 'depends-on']
const OFF = new Map(ruleIds.filter((id) => !FOR_ALL.includes(id)).map((id) => [id, 'off'] as const))

/** What is to be mended elsewhere than in the container. */
const places: Readonly<Partial<Record<PreflightRule, (subject: Subject) => Place | undefined>>> = {
  'keep-alive': ({ loadBalancer }) => loadBalancer?.place,
  'told-in-time': ({ targetGroup }) => targetGroup?.place,
  'deregistration-delay': ({ targetGroup }) => targetGroup?.place,
  'spot-notice': ({ targetGroup }) => targetGroup?.place,
  'probe-path': ({ targetGroup }) => targetGroup?.place,
  'health-check-times': ({ targetGroup }) => targetGroup?.place,
  'nlb-health': ({ targetGroup }) => targetGroup?.place,
  'single-task': ({ service }) => service?.place
}

/** What does not hold for a container, where that stands, and on which defaults it rests. */
export function findingsOf (subject: Subject, { facts, assumed }: Gathered, severities: Chosen): LintFinding[] {
  const chosen: Chosen = subject.application ? severities : new Map([...severities, ...OFF])
  const findings = preflight(facts, chosen)
  if (findings.length === 0) return []
  const otherwise = assumed.map(({ default: standard, at }) => ({ standard, findings: preflight(altered(facts, at), chosen) }))
  return findings.map((finding) => {
    const rests = otherwise.filter((other) => !other.findings.some((each) => isSame(finding, each))).map(({ standard }) => standard)
    const severity = severityOf(finding, { facts, assumed }, chosen)
    return { ...finding, severity, where: whereOf(subject, places[finding.rule]?.(subject)), defaults: [...new Set(rests)].map(told) }
  })
}

/** No error of what no file says: it is none if the code plans with just what the task definition gives. */
function severityOf ({ rule, severity }: PreflightFinding, { facts, assumed }: Gathered, chosen: Chosen): Severity {
  if (severity !== 'error' || chosen.has(rule) || !isPlanAssumed(assumed) || facts.stopTimeout === undefined) return severity
  const plan = planFor(facts.stopTimeout)
  const fitting: Facts = { ...facts, plan }
  return plan === undefined || preflight(fitting, chosen).some((finding) => finding.rule === rule) ? severity : 'warning'
}

/** What is taken for an application's own, where only its code knows. */
export function takenFor ({ assumed }: Gathered): readonly string[] {
  return isPlanAssumed(assumed) ? [`that it plans with ${defaults.plannedStopTimeout.value} s: if its code says otherwise, give --stop-timeout`] : []
}

function isPlanAssumed (assumed: Gathered['assumed']): boolean {
  return assumed.some(({ default: standard }) => standard === defaults.plannedStopTimeout)
}

function isSame (one: PreflightFinding, other: PreflightFinding): boolean {
  return one.rule === other.rule && one.says === other.says
}

function told ({ of, value, where }: Default): RestsOn {
  return { of, value: String(value), where }
}

/** Places that have no value are left out, not undefined: the result is told in JSON, too. */
export function whereOf ({ container, service }: Subject, place: Place = container.place): Where {
  const { file, line, resource } = place
  return {
    file,
    ...line === undefined ? {} : { line },
    resource,
    ...typeof container.name === 'string' ? { container: container.name } : {},
    ...service === undefined ? {} : { service: service.place.resource }
  }
}
