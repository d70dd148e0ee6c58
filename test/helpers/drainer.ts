import { join } from 'node:path'

import { conform, type ClauseResult, type ConformanceOptions, type ConformanceResult } from '../../lib/conformance/index'

const FIXTURES = join(__dirname, '../../.build/test/fixtures')

/** A compiled fixture as a command, without the loader that tap gives to all of its children, which costs each a second. */
export function fixture (name: string, ...args: string[]): [string, ...string[]] {
  return ['env', '-u', 'NODE_OPTIONS', process.execPath, join(FIXTURES, `${name}.js`), ...args]
}

/** As the fixture `drainer` has its times: a lame duck of little more than a second. */
export const brisk = { lameDuck: 1, stopTimeout: 5, atOnce: 8 } as const

/** What a server that makes one mistake gets for one clause. */
export async function mistaken (mistake: string, options: Partial<ConformanceOptions> = {}): Promise<ClauseResult> {
  const { clauses } = await held({ command: fixture('drainer', mistake), clause: mistake, ...options })
  return clauses[0]!
}

export async function held (options: ConformanceOptions): Promise<ConformanceResult> {
  return await conform({ ...brisk, ...options })
}
