import type { Severity } from '../../types/index'
import { together, type Description } from './description'
import { gather } from './facts/facts'
import { findingsOf, takenFor, whereOf } from './findings'
import { join } from './join/subjects'
import { readTemplate } from './readers/cloudformation/index'
import { readAttributes, readLoadBalancers, readServices, readTargetGroups, readTaskDefinition } from './readers/plain'
import { readPlan } from './readers/terraform/index'
import type { LintFinding, LintResult, LintSettings } from './result'
import { linesOf, type Lines, type Source } from './source'
import { unknownOf } from './unknown'

type Reader = (source: Source, lines: Lines) => Partial<Description> | undefined

/** The kinds of documents that are understood, by the names under which they are told of. */
const readers: Readonly<Record<string, Reader>> = {
  'task definition': readTaskDefinition,
  services: readServices,
  'target groups': readTargetGroups,
  'load balancers': readLoadBalancers,
  attributes: readAttributes,
  'CloudFormation template': readTemplate,
  'Terraform plan': readPlan
}
export const kinds: readonly string[] = Object.keys(readers)

const severities: readonly Severity[] = ['error', 'warning', 'info']

/**
 * Reads what files describe, joins it over all of them, and holds each container against the rules of the preflight. Pure: it opens
 * no file. Whatever a document holds, it does not throw; what it cannot tell is not known, and rules that need it say nothing.
 */
export function lint (sources: readonly Source[], settings: LintSettings = {}): LintResult {
  const read = sources.map((source) => ({ file: source.file, ...readAll(source) }))
  const { subjects, notes } = join(together(read.flatMap(({ descriptions }) => descriptions)))
  const gathered = subjects.map((subject) => ({ subject, ...gather(subject, settings) }))

  const all = distinct(gathered.flatMap(({ subject, ...each }) => findingsOf(subject, each, settings.severities ?? new Map())))
  const findings = severities.flatMap((severity) => all.filter((finding) => finding.severity === severity))
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length
  const counts = { error: count('error'), warning: count('warning'), info: count('info') }
  return {
    version: 1,
    ok: counts.error === 0 && !(settings.strict === true && counts.warning > 0),
    files: read.map(({ file, kinds }) => ({ file, kinds })),
    containers: gathered.map(({ subject, ...each }) => ({
      where: whereOf(subject), application: subject.application, facts: each.facts, unknown: unknownOf(subject, each.facts), taken: takenFor(each)
    })),
    findings,
    notes,
    counts
  }
}

function readAll (source: Source): { readonly kinds: readonly string[], readonly descriptions: ReadonlyArray<Partial<Description>> } {
  const lines = linesOf(source)
  const read = Object.entries(readers).flatMap(([kind, reader]) => {
    const description = reader(source, lines)
    return description === undefined ? [] : [{ kind, description }]
  })
  return { kinds: read.map(({ kind }) => kind), descriptions: read.map(({ description }) => description) }
}

/** What two services, or two target groups, have in common is said once. */
function distinct (findings: readonly LintFinding[]): readonly LintFinding[] {
  const seen = new Set<string>()
  return findings.filter(({ rule, says, where: { file, line, resource, container } }) => {
    const key = JSON.stringify([rule, says, file, line, resource, container])
    return !seen.has(key) && seen.add(key)
  })
}
