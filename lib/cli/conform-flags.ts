import { parseArgs } from 'node:util'

import { defaults, type ConformanceOptions } from '../conformance/index'
import { camelCase } from './flags'
import { Wrong } from './wrong'

interface Flag {
  readonly kind: 'number' | 'text' | 'texts' | 'switch'
  /** What stands for the value in the usage. */
  readonly value?: string
  readonly meaning: string
}

/** The flags of `conform`, in the order in which the usage shows them. In camelCase they are the options of the API. */
export const conformFlags: Readonly<Record<string, Flag>> = {
  clause: { kind: 'texts', value: 'ID', meaning: 'only this clause; may be repeated' },
  level: { kind: 'texts', value: 'LEVEL', meaning: 'only clauses of this level, MUST, SHOULD or MAY; may be repeated' },
  strict: { kind: 'switch', meaning: 'a SHOULD that fails counts as a MUST' },
  'at-once': { kind: 'number', value: 'N', meaning: 'clauses side by side, each with processes of its own' },
  'stop-timeout': { kind: 'number', value: 'S', meaning: 'SIGTERM to SIGKILL, in seconds' },
  'lame-duck': { kind: 'number', value: 'S', meaning: 'for how long after SIGTERM a balancer may still send, in seconds' },
  'start-timeout': { kind: 'number', value: 'S', meaning: 'in which the server must be healthy, in seconds' },
  'health-path': { kind: 'text', value: 'PATH', meaning: 'where the balancer asks' },
  'live-path': { kind: 'text', value: 'PATH', meaning: 'stays 200 during the drain' },
  path: { kind: 'text', value: 'PATH', meaning: 'answers at once' },
  'slow-path': { kind: 'text', value: 'PATH', meaning: 'answers after half a second to five' },
  'upload-path': { kind: 'text', value: 'PATH', meaning: 'reads the body of a POST, and answers' },
  'hang-path': { kind: 'text', value: 'PATH', meaning: 'never answers' },
  'signal-path': { kind: 'text', value: 'PATH', meaning: 'sends its own process SIGTERM, and answers then' },
  'large-path': { kind: 'text', value: 'PATH', meaning: 'answers with 4 MB or more' },
  'events-path': { kind: 'text', value: 'PATH', meaning: 'an event stream without an end' },
  'websocket-path': { kind: 'text', value: 'PATH', meaning: 'a WebSocket that sends back what it gets' },
  http2: { kind: 'switch', meaning: 'the server speaks HTTP/2 without TLS, by prior knowledge' },
  json: { kind: 'switch', meaning: 'writes the whole result to stdout' },
  help: { kind: 'switch', meaning: 'this' }
}

export const conformUsage = `fastify-ecs-graceful conform [options] -- command

Starts a command that listens on $PORT again and again, stops it at the worst of instants, and says which clauses of
draining it keeps. The clauses, and what the command has to offer, stand in docs/conformance.md of the repository.

${Object.entries(conformFlags).map(([name, flag]) => line(name, flag)).join('\n')}

Exit codes: 0 pass, 1 fail, 2 wrong usage or a command that does not run, 3 a MUST that could not be tested.
`

/** What the command line says. */
export interface ConformArguments {
  readonly options: ConformanceOptions
  readonly json: boolean
  readonly help: boolean
}

/** Reads the arguments of `conform`; everything after `--` is the command, without which there is nothing to do. */
export function readConformArguments (args: readonly string[]): ConformArguments {
  const end = args.indexOf('--')
  const [own, command] = end < 0 ? [args, []] : [args.slice(0, end), args.slice(end + 1)]
  const { json, help, ...values } = parse(own)
  if (help !== true && command.length === 0) throw new Wrong('there is no command: name it after --')
  const options = Object.fromEntries(Object.entries(values).map(([name, value]) => [camelCase(name), valueOf(name, value)]))
  return { options: { ...options, command }, json: json === true, help: help === true }
}

type Values = Readonly<Record<string, string | boolean | Array<string | boolean>>>

function parse (args: readonly string[]): Values {
  const known = Object.fromEntries(Object.entries(conformFlags).map(([name, { kind }]) =>
    [name, { type: kind === 'switch' ? 'boolean' as const : 'string' as const, multiple: kind === 'texts' }]))
  try {
    return parseArgs({ args: [...args], options: known, strict: true }).values as Values
  } catch (error) {
    throw new Wrong((error as Error).message.split('. ')[0]!)
  }
}

function valueOf (name: string, given: Values[string]): unknown {
  if (conformFlags[name]!.kind !== 'number') return given
  if (/^-?\d+(\.\d+)?$/.test(String(given))) return Number(given)
  throw new Wrong(`--${name} must be a number, but is '${String(given)}'`)
}

function line (name: string, { value, meaning }: Flag): string {
  const standard: unknown = (defaults as Record<string, unknown>)[camelCase(name)]
  const shown = typeof standard === 'string' || typeof standard === 'number' ? ` (${standard})` : ''
  return `  ${`--${name}${value === undefined ? '' : ` ${value}`}`.padEnd(26)}${meaning}${shown}`
}
