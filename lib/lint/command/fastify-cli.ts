import { parseArgs } from 'node:util'

import { saidCloseGraceDelay } from '../../core/preflight/close-grace-delay'
import type { Environment } from '../description'
import { known, UNKNOWN, type Maybe } from '../values'

export interface FastifyCli {
  /** Milliseconds. */
  readonly closeGraceDelay: Maybe<number>
  readonly address?: string
}

/** What fastify-cli is told, if it is what starts the server: by its arguments, else by its variables. Not known is what a file of its own may say. */
export function fastifyCli (words: readonly string[], environment: Environment): FastifyCli | undefined {
  const at = words.findIndex((word, index) => /(^|\/)(fastify|fastify-cli\/cli\.js)$/.test(word) && words[index + 1] === 'start')
  if (at < 0) return
  const variable = (name: string): string | undefined => {
    const value = environment(name)
    return value === UNKNOWN ? 'not known' : value // which is no number
  }
  const names = ['FASTIFY_CLOSE_GRACE_DELAY', 'FASTIFY_CONFIG']
  const said = saidCloseGraceDelay(words.slice(at), Object.fromEntries(names.map((name) => [name, variable(name)])))
  return {
    closeGraceDelay: said === undefined ? UNKNOWN : said === 'default' ? undefined : said,
    address: addressOf(words.slice(at + 2)) ?? known(environment('FASTIFY_ADDRESS'))
  }
}

function addressOf (args: readonly string[]): string | undefined {
  const end = args.indexOf('--')
  const { address } = parseArgs({
    args: [...args.slice(0, end < 0 ? undefined : end)],
    options: { address: { type: 'string', short: 'a' } },
    strict: false,
    allowPositionals: true
  }).values
  return typeof address === 'string' ? address : undefined
}
