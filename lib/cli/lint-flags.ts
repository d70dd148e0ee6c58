import { parseArgs } from 'node:util'

import type { PreflightRule, Severity } from '../../types/index'
import { plannable, ruleIds, type LintSettings } from '../lint/index'
import { Wrong } from './wrong'

interface Flag {
  readonly kind: 'text' | 'seconds' | 'rule' | 'switch'
  /** What stands for the value in the usage. */
  readonly value?: string
  readonly meaning: string
}

/** The flags of `lint`, in the order in which the usage shows them. */
export const lintFlags: Readonly<Record<string, Flag>> = {
  'health-path': { kind: 'text', value: 'PATH', meaning: 'of readiness (/health)' },
  'stop-timeout': { kind: 'seconds', value: 'S', meaning: 'what the code plans with, in seconds; no file says it (the variable, or 30)' },
  'longest-request': { kind: 'seconds', value: 'S', meaning: 'how long the longest request takes, in seconds; no file says it' },
  'keep-alive-timeout': { kind: 'seconds', value: 'S', meaning: 'for how long the server keeps idle connections, in seconds; no file says it' },
  off: { kind: 'rule', value: 'RULE', meaning: 'this rule does not matter; may be repeated' },
  warning: { kind: 'rule', value: 'RULE', meaning: 'this rule is a warning; may be repeated' },
  error: { kind: 'rule', value: 'RULE', meaning: 'this rule is an error; may be repeated' },
  strict: { kind: 'switch', meaning: 'exits with 1 for warnings, too' },
  github: { kind: 'switch', meaning: 'also writes annotations for GitHub Actions (default where GITHUB_ACTIONS is true)' },
  json: { kind: 'switch', meaning: 'writes the whole result to stdout' },
  help: { kind: 'switch', meaning: 'this' }
}

export const lintUsage = `fastify-ecs-graceful lint [options] file.json …

Reads what describes a service (task definitions, services, target groups and load balancers as the AWS CLI shows or takes them,
CloudFormation and CDK templates, Terraform plans, all in JSON), joins it, and says where a stop would lose requests. - is stdin.

${Object.entries(lintFlags).map(([name, { value, meaning }]) => `  ${`--${name}${value === undefined ? '' : ` ${value}`}`.padEnd(26)}${meaning}`).join('\n')}

Exit codes: 0 nothing to mend, 1 errors, 2 wrong usage or a file that is not understood.
`

/** What the command line says. */
export interface LintArguments {
  readonly files: readonly string[]
  readonly settings: LintSettings
  readonly github: boolean
  readonly json: boolean
  readonly help: boolean
}

export function readLintArguments (args: readonly string[]): LintArguments {
  const { values, positionals } = parse(args)
  const [github, json, help] = [values.github === true, values.json === true, values.help === true]
  const files = [...new Set(positionals)]
  if (files.length === 0 && !help) throw new Wrong('there is no file to read')
  const settings = {
    healthPath: healthPath(values['health-path']),
    stopTimeout: stopTimeout(values['stop-timeout']),
    longestRequest: milliseconds('longest-request', values['longest-request']),
    keepAliveTimeout: milliseconds('keep-alive-timeout', values['keep-alive-timeout']),
    severities: severities(values),
    strict: values.strict === true
  }
  return { files, settings, github, json, help }
}

type Values = Readonly<Record<string, string | boolean | Array<string | boolean> | undefined>>

function parse (args: readonly string[]): { values: Values, positionals: readonly string[] } {
  const options = Object.fromEntries(Object.entries(lintFlags).map(([name, { kind }]) =>
    [name, { type: kind === 'switch' ? 'boolean' as const : 'string' as const, multiple: kind === 'rule' }]))
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true })
  } catch (error) {
    throw new Wrong((error as Error).message.split('. ')[0]!)
  }
}

function healthPath (given: Values[string]): string | undefined {
  if (given === undefined || /^\/[^\s?#]*$/.test(String(given))) return given as string | undefined
  throw new Wrong(`--health-path must be a path that begins with '/', without a query, but is '${String(given)}'`)
}

function milliseconds (name: string, given: Values[string]): number | undefined {
  if (given === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(String(given))) return Math.round(Number(given) * 1_000)
  throw new Wrong(`--${name} must be a number of seconds, but is '${String(given)}'`)
}

/** As the plugin takes it. */
function stopTimeout (given: Values[string]): number | undefined {
  const stopTimeout = milliseconds('stop-timeout', given)
  const [least, most] = plannable
  if (stopTimeout === undefined || (stopTimeout >= least && stopTimeout <= most)) return stopTimeout
  throw new Wrong(`--stop-timeout must be a number of seconds from ${least / 1_000} to ${most / 1_000}, but is '${String(given)}'`)
}

function severities (values: Values): ReadonlyMap<PreflightRule, Severity | 'off'> {
  const chosen = new Map<PreflightRule, Severity | 'off'>()
  for (const severity of ['off', 'warning', 'error'] as const) {
    for (const rule of new Set(values[severity] as string[] | undefined)) {
      if (!isRule(rule)) throw new Wrong(`--${severity}: there is no rule ${rule}: known are ${ruleIds.join(', ')}`)
      if (chosen.has(rule)) throw new Wrong(`--${severity}: ${rule} is chosen to be ${chosen.get(rule)!}, too`)
      chosen.set(rule, severity)
    }
  }
  return chosen
}

function isRule (name: string): name is PreflightRule {
  return ruleIds.some((id) => id === name)
}
