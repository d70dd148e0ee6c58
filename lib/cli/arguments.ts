import { parseArgs } from 'node:util'

import type { RehearsalOptions } from '../../types/rehearsal'
import { camelCase, flags, valueOf } from './flags'
import { Wrong } from './wrong'

/** What the command line says. */
export interface Arguments {
  readonly options: RehearsalOptions
  readonly config?: string
  readonly report?: string
  readonly json: boolean
  readonly simulate: boolean
  readonly help: boolean
}

/** What is for the command line alone. */
const OWN = ['config', 'report', 'json', 'simulate', 'help']

/** Reads the arguments of `rehearse`; everything after `--` is the command. */
export function readArguments (args: readonly string[]): Arguments {
  const end = args.indexOf('--')
  const [own, command] = end < 0 ? [args, []] : [args.slice(0, end), args.slice(end + 1)]
  if (end >= 0 && command.length === 0) throw new Wrong('there is no command after --')

  const values = parse(own)
  const given = Object.entries(values).filter(([name]) => !OWN.includes(name))
  const options = Object.fromEntries(given.map(([name, value]) => [camelCase(name), valueOf(name, value)]))
  return {
    options: { ...options, ...command.length > 0 ? { command } : {} },
    config: values.config as string | undefined,
    report: values.report as string | undefined,
    json: values.json === true,
    simulate: values.simulate === true,
    help: values.help === true
  }
}

type Values = Readonly<Record<string, string | boolean | Array<string | boolean>>>

function parse (args: readonly string[]): Values {
  const known = Object.fromEntries(Object.entries(flags).map(([name, { kind }]) =>
    [name, { type: kind === 'switch' ? 'boolean' as const : 'string' as const, multiple: kind === 'texts' }]))
  try {
    return parseArgs({ args: [...args], options: known, strict: true }).values as Values
  } catch (error) {
    throw new Wrong((error as Error).message.split('. ')[0]!)
  }
}
