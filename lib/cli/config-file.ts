import { readFileSync } from 'node:fs'

import type { RehearsalOptions } from '../../types/rehearsal'
import { brokenAt } from './json-error'

/** What a team keeps in its repository. */
export const CONFIG = 'ecs-rehearsal.json'

/** Options, and where the page is to be written. */
export interface Config {
  readonly options: RehearsalOptions
  readonly report?: string
}

/**
 * Reads the file, if there is one; it must be there if it was asked for by name. What is wrong in it, by itself or in the
 * eyes of `check`, is named with its line and key.
 */
export function readConfig (name: string | undefined, check: (options: RehearsalOptions) => unknown): Config {
  const file = name ?? CONFIG
  const text = read(file, name !== undefined)
  if (text === undefined) return { options: {} }

  const { $schema: _, report, ...options } = parse(file, text) as RehearsalOptions & { $schema?: string, report?: string }
  try {
    if (report !== undefined && (typeof report !== 'string' || report === '')) throw new TypeError(`report must be the path of a file, but is ${JSON.stringify(report)}`)
    check(options)
  } catch (error) {
    const { message } = error as Error
    throw new Error(`${file}:${lineOf(text, message)}: ${message}`)
  }
  return { options, report }
}

function read (file: string, mustBeThere: boolean): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (!mustBeThere && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new Error(`${file} cannot be read: ${(error as Error).message}`)
  }
}

function parse (file: string, text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const { message } = error as Error
    throw new Error(`${file}:${brokenAt(text, message).line}: this is no JSON: ${message}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`${file}:1: options must be an object such as { "tasks": 2 }`)
  return value
}

/** The line of the key that a message begins with, or names as unknown; the first, if it stands nowhere. */
function lineOf (text: string, message: string): number {
  const [, named = ''] = /^(?:there is no option )?([\w.$-]+)/.exec(message) ?? []
  const key = named.split('.').at(-1)!
  const at = text.indexOf(`"${key}"`)
  return text.slice(0, Math.max(0, at)).split('\n').length
}
