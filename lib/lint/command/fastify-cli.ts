import { parseArgs } from 'node:util'

import type { Environment } from '../description'
import { known, numberOf, UNKNOWN, type Maybe } from '../values'

export interface FastifyCli {
  /** Milliseconds. */
  readonly closeGraceDelay: Maybe<number>
  readonly address?: string
}

/** What fastify-cli is told, if it is what starts the server: by its arguments, else by its variables. Not known is what a file of its own may say. */
export function fastifyCli (words: readonly string[], environment: Environment): FastifyCli | undefined {
  const at = words.findIndex((word, index) => /(^|\/)(fastify|fastify-cli\/cli\.js)$/.test(word) && words[index + 1] === 'start')
  if (at < 0) return
  const values = argumentsOf(words.slice(at + 2))
  const delay = numberOf(values['close-grace-delay'] ?? values.closeGraceDelay ?? environment('FASTIFY_CLOSE_GRACE_DELAY'))
  return {
    closeGraceDelay: delay ?? (values.config === undefined && environment('FASTIFY_CONFIG') === undefined ? undefined : UNKNOWN),
    address: known<string>((values.address as Maybe<string>) ?? environment('FASTIFY_ADDRESS'))
  }
}

function argumentsOf (args: readonly string[]): Readonly<Record<string, unknown>> {
  const end = args.indexOf('--')
  const options = {
    'close-grace-delay': { type: 'string', short: 'g' },
    closeGraceDelay: { type: 'string' },
    address: { type: 'string', short: 'a' },
    config: { type: 'string', short: 'c' },
    port: { type: 'string', short: 'p' },
    'log-level': { type: 'string', short: 'l' },
    prefix: { type: 'string', short: 'x' },
    require: { type: 'string', short: 'r' },
    import: { type: 'string', short: 'i' },
    socket: { type: 'string', short: 's' },
    'plugin-timeout': { type: 'string', short: 'T' }
  } as const
  return parseArgs({ args: [...args.slice(0, end < 0 ? undefined : end)], options, strict: false, allowPositionals: true }).values
}
