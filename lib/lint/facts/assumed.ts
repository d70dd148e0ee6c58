import type { Facts } from '../../core/preflight/index'
import type { Default } from '../defaults'
import { UNKNOWN, type Maybe } from '../values'

/** A fact that no file says: the default that stands for it, and where it stands. */
export interface Assumed {
  readonly default: Default
  /** Its keys in the facts, such as `loadBalancer.healthCheck.interval`. */
  readonly at: string
}

/** What a document says; where it says nothing, the default, if there is one, which is noted. */
export type Take = <T extends number | string | boolean>(said: Maybe<T>, standard: Default<T> | undefined, at: string) => T | undefined

export function taking (noted: Assumed[]): Take {
  return (said, standard, at) => {
    if (said === UNKNOWN) return undefined
    if (said !== undefined || standard === undefined) return said
    noted.push({ default: standard, at })
    return standard.value
  }
}

/** The same facts with another value at one place: whatever speaks of the one says something else of the other. */
export function altered (facts: Facts, at: string): Facts {
  return changed(facts, at.split('.')) as Facts
}

function changed (value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key !== undefined) return { ...value as object, [key]: changed((value as Record<string, unknown>)[key], rest) }
  switch (typeof value) {
    case 'number': return value + 1_000
    case 'boolean': return !value
    case 'string': return `${value}/other`
    default: return undefined
  }
}
