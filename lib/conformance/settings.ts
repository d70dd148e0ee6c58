import type { ConformanceOptions, ConformanceSettings, Level } from '../../types/conformance'
import { boolean, oneOf, refuse, wholeNumber, withDefaults } from '../option-checks'
import { mustBeTexts } from '../rehearsal/route-shape'

export const levels = ['MUST', 'SHOULD', 'MAY'] as const satisfies readonly Level[]

/** The defaults stand here and nowhere else; the command line and the documentation read them. */
export const defaults = {
  command: undefined,
  cwd: undefined,
  env: {},
  healthPath: '/health',
  livePath: '/health/live',
  path: '/',
  slowPath: '/slow',
  uploadPath: '/upload',
  hangPath: '/hang',
  signalPath: '/signal',
  websocketPath: '/websocket',
  largePath: '/large',
  eventsPath: '/events',
  http2: false,
  stopTimeout: 30,
  lameDuck: 3,
  startTimeout: 60,
  clause: [],
  level: levels,
  strict: false,
  atOnce: 6,
  onEvent: undefined,
  signal: undefined
} as const satisfies { [key in keyof Required<ConformanceOptions>]: unknown }

/** What may be given, ends included. */
export const bounds = {
  stopTimeout: [2, 3_600],
  lameDuck: [1, 120],
  startTimeout: [1, 600],
  atOnce: [1, 50]
} as const satisfies { [key in keyof ConformanceOptions]?: readonly [number, number] }

const paths = [
  'healthPath', 'livePath', 'path', 'slowPath', 'uploadPath', 'hangPath', 'signalPath', 'websocketPath', 'largePath', 'eventsPath'
] as const satisfies readonly (keyof ConformanceSettings)[]

/** Reads the options once; `ids` are those of the clauses that there are. Throws for the first that does not fit. */
export function readSettings (given: ConformanceOptions, ids: readonly string[]): ConformanceSettings {
  const options = withDefaults('', given, defaults)
  mustBeTexts('env', options.env)
  const numbers = Object.entries(bounds).map(([name, [least, most]]) => [name, wholeNumber(name, options[name as keyof typeof bounds], least, most)])
  const settings = {
    command: commandOf(options.command),
    cwd: options.cwd === undefined ? process.cwd() : textOf('cwd', options.cwd),
    ...Object.fromEntries(paths.map((name) => [name, pathOf(name, options[name])])),
    http2: boolean('http2', options.http2),
    ...Object.fromEntries(numbers),
    clause: listOf(options.clause).map((id) => oneOf('clause', id, ids)),
    level: listOf(options.level).map((level) => oneOf('level', level, levels)),
    strict: boolean('strict', options.strict)
  } as ConformanceSettings
  if (settings.lameDuck >= settings.stopTimeout) refuse('lameDuck', `less than the stop timeout, ${settings.stopTimeout}`, settings.lameDuck)
  return Object.freeze(settings)
}

function listOf (given: unknown): readonly unknown[] {
  return Array.isArray(given) ? [...new Set<unknown>(given)] : [given]
}

function commandOf (given: unknown): readonly [string, ...string[]] {
  const isCommand = Array.isArray(given) && given.length > 0 && given.every((part) => typeof part === 'string' && !part.includes('\0')) && given[0] !== ''
  if (!isCommand) refuse('command', "a list such as ['node', 'server.js']", given)
  return given as unknown as readonly [string, ...string[]]
}

function pathOf (name: string, given: unknown): string {
  if (typeof given === 'string' && /^\/[\x21-\x22\x24-\x7e]*$/.test(given)) return given
  refuse(name, "a path that begins with '/'", given)
}

function textOf (name: string, given: unknown): string {
  if (typeof given === 'string' && given !== '') return given
  refuse(name, 'a text that is not empty', given)
}
