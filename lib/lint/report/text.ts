import pc from 'picocolors'

import type { Severity } from '../../../types/index'
import type { LintedContainer, LintFinding, LintResult, Where } from '../result'
import { plain } from './plain'

type Colours = ReturnType<typeof pc.createColors>

/** A result as a person reads it: each finding, then what is not known; the last line counts. */
export function printed (result: LintResult, { coloured }: { readonly coloured: boolean }): string {
  const colours = pc.createColors(coloured)
  const sections = [
    ...result.findings.map((finding) => findingLines(finding, colours)),
    [...result.containers.flatMap(unknownLines), ...result.notes].map((note) => `note: ${plain(note)}`)
  ]
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return [...text, colours.bold((result.ok ? colours.green : colours.red)(summary(result)))].join('\n\n')
}

function findingLines ({ severity, rule, says, costs, remedy, where, defaults }: LintFinding, colours: Colours): string[] {
  const paint: Readonly<Record<Severity, (text: string) => string>> = { error: colours.red, warning: colours.yellow, info: colours.cyan }
  return [
    `${paint[severity](colours.bold(severity))} ${rule}  ${plain(place(where))}`,
    `  ${plain(says)}`,
    ...defaults.map((standard) => `  by default: ${standard.of} is ${standard.value} (${standard.where})`),
    `  costs: ${plain(costs)}`,
    `  remedy: ${plain(remedy)}`
  ]
}

/** `file:line resource, container name, service name`. */
export function place ({ file, line, resource, container, service }: Where): string {
  const names = [resource, container && `container ${container}`, service && service !== resource && `service ${service}`]
  return `${file}${line === undefined ? '' : `:${line}`} ${names.filter(Boolean).join(', ')}`
}

function unknownLines ({ where, unknown, taken }: LintedContainer): string[] {
  return [
    ...unknown.length === 0 ? [] : [`${place(where)}: not known is ${unknown.join(', ')}; rules that need it said nothing`],
    ...taken.map((what) => `${place(where)}: it is assumed ${what}`)
  ]
}

function summary ({ counts, containers, files }: LintResult): string {
  const found = [counted(counts.error, 'error'), counted(counts.warning, 'warning'), ...counts.info > 0 ? [counted(counts.info, 'remark')] : []]
  return `${found.join(', ')} in ${counted(containers.length, 'container')} of ${counted(files.length, 'file')}`
}

function counted (number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
