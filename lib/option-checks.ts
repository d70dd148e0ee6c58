import { inspect } from 'node:util'

import { LONGEST, timingRows } from './core/timing-plan'
import { errors } from './errors'
import type { TimingName } from '../types/index'

// What does not fit is refused by name, with the value and what is allowed. Nothing is converted, nothing replaced.

/** `hint` says what the caller may have meant. */
export function refuse (name: string, allowed: string, given: unknown, hint = ''): never {
  throw new errors.OptionInvalid(name, allowed, inspect(given, { depth: 0, breakLength: Infinity, maxStringLength: 80 }), hint)
}

/** An object, if anything. `path` is empty for the options themselves. */
export function object (path: string, value: unknown): Record<string, unknown> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(path || 'the options', 'an object', value)
  return value as Record<string, unknown>
}

/** An object with no other keys than `defaults` has, which stand in for what is not given. */
export function withDefaults<T extends object> (path: string, value: unknown, defaults: T): { [key in keyof T]: unknown } {
  const given = object(path, value)
  const known = Object.keys(defaults)
  const unknownKey = Object.keys(given).find((key) => !known.includes(key))
  if (unknownKey !== undefined) throw new errors.OptionUnknown(path ? `${path}.${unknownKey}` : unknownKey, known.join(', '))
  const isGiven = ([, value]: [string, unknown]): boolean => value !== undefined
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(isGiven)) }
}

export function timing (name: TimingName, value: unknown): number | undefined {
  const { least, zero } = timingRows[name]
  return value === undefined ? undefined : milliseconds(name, value, least, zero)
}

export function milliseconds (name: string, value: unknown, least: number, zero: boolean): number {
  const isWhole = typeof value === 'number' && Number.isInteger(value) && value <= LONGEST
  if (isWhole && (value >= least || (zero && value === 0))) return value
  const looksLikeSeconds = typeof value === 'number' && value > 0 && value < Math.min(least, 1_000)
  const hint = looksLikeSeconds ? `; durations are milliseconds: did you mean ${Math.round(value * 1_000)}?` : ''
  refuse(name, `whole milliseconds, ${zero ? '0 or ' : ''}${least} to ${LONGEST}`, value, hint)
}

export function wholeNumber (name: string, value: unknown, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  refuse(name, `a whole number from ${least} to ${most}`, value)
}

export function boolean (name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  refuse(name, 'true or false', value)
}

export function path (name: string, value: unknown): string {
  if (typeof value === 'string' && /^\/[^\s?#:*]*$/.test(value)) return value
  refuse(name, "a path that begins with '/', without query, parameter or wildcard", value)
}

export function oneOf<const T> (name: string, value: unknown, allowed: readonly T[]): T {
  if (allowed.includes(value as T)) return value as T
  refuse(name, allowed.map((item) => inspect(item)).join(' or '), value)
}
