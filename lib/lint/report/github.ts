import type { Severity } from '../../../types/index'
import type { LintFinding } from '../result'
import { plain } from './plain'
import { place } from './text'

const commands: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' }

/** Findings as GitHub Actions shows them at their lines: workflow commands, one a line. What was read from no file has no place. */
export function annotations (findings: readonly LintFinding[], isFile: (file: string) => boolean): string[] {
  return findings.map(({ severity, rule, says, costs, remedy, where }) => {
    const at = isFile(where.file) ? [`file=${property(where.file)}`, ...where.line === undefined ? [] : [`line=${where.line}`]] : []
    const message = `${plain(place(where))}: ${plain(says)}. Costs: ${plain(costs)}. Remedy: ${plain(remedy)}`
    return `::${commands[severity]} ${[...at, `title=${property(`fastify-ecs-graceful ${rule}`)}`].join(',')}::${data(message)}`
  })
}

function data (text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function property (text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
