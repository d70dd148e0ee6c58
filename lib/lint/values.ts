/** Something is said, but what it comes to cannot be told from the file. */
export const UNKNOWN = Symbol('unknown')

/** `undefined` where a document says nothing: if it is complete, AWS's default holds then. */
export type Maybe<T> = T | typeof UNKNOWN | undefined

/** Stands for what other resources will be called: the ids of those that it names. */
export class Link {
  constructor (readonly to: readonly string[]) {}
}

/** By what a document calls something else: a name or an ARN, or the ids of a link. */
export type Reference = Maybe<readonly string[]>

export function isObject (value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Link)
}

/** A member that the object itself has: whatever its name, nothing of a prototype. */
export function own (value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

/** What is known, and nothing else. */
export function known <T> (value: Maybe<T>): T | undefined {
  return value === UNKNOWN ? undefined : value
}

/**
 * A member by its name in camelCase, however its document spells it: `stopTimeout`, `StopTimeout` or `stop_timeout`. What is null
 * is not there. Members of what is not known are not known.
 */
export function member (value: unknown, name: string): unknown {
  if (value === UNKNOWN || value instanceof Link) return UNKNOWN
  if (!isObject(value)) return undefined
  const spelled = [name, name[0]!.toUpperCase() + name.slice(1), name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)]
  const found = spelled.find((spelling) => Object.hasOwn(value, spelling))
  return found === undefined ? undefined : value[found] ?? undefined
}

// What is there but of another type is not understood: it counts as not known, never as not there.

export function textOf (value: unknown): Maybe<string> {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return typeof value === 'string' ? value : UNKNOWN
}

/** No number of AWS's is larger, in seconds or tasks. */
const MOST = 1e9

/** CloudFormation and Terraform write numbers as strings, too. */
export function numberOf (value: unknown): Maybe<number> {
  if (value === undefined || value === null) return undefined
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value
  return typeof number === 'number' && Math.abs(number) <= MOST ? number : UNKNOWN
}

export function booleanOf (value: unknown): Maybe<boolean> {
  if (value === undefined || value === null) return undefined
  if (value === true || value === 'true') return true
  return value === false || value === 'false' ? false : UNKNOWN
}

export function listOf (value: unknown): Maybe<readonly unknown[]> {
  if (value === undefined || value === null) return undefined
  return Array.isArray(value) ? value : UNKNOWN
}

export function textsOf (value: unknown): Maybe<ReadonlyArray<Maybe<string>>> {
  const list = listOf(value)
  return list === UNKNOWN || list === undefined ? list : list.map(textOf)
}

export function referenceOf (value: unknown): Reference {
  if (value instanceof Link) return value.to
  const text = textOf(value)
  return text === UNKNOWN || text === undefined ? text : [text]
}
