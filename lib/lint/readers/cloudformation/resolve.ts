import type { Lines } from '../../source'
import { isObject, textOf, UNKNOWN } from '../../values'
import { conditionsOf, type Conditions } from './conditions'
import { attribute, concatenated, imported, looked, NO_VALUE, reference, selected, split, substituted } from './intrinsics'
import type { Template } from './template'

/** Deeper than any template; what is below is not known. */
const DEEP = 60

export interface Resolver {
  /** A value without its intrinsics: what they come to, a link to resources, or not known. */
  resolve (value: unknown): unknown
  readonly holds: Conditions
  /** Lines of resolved values, too. */
  readonly lines: Lines
}

export function resolverOf (template: Template, lines: Lines): Resolver {
  const origins = new WeakMap<object, unknown>()
  const from = <T extends object>(resolved: T, value: unknown): T => {
    origins.set(resolved, value)
    return resolved
  }
  const holds = conditionsOf(template, (value) => resolved(value, 0))

  function resolved (value: unknown, depth: number): unknown {
    if (depth > DEEP) return UNKNOWN
    if (typeof value === 'string') return value.includes('{{resolve:') ? UNKNOWN : value
    if (Array.isArray(value)) return from(value.map((each) => resolved(each, depth + 1)).filter((each) => each !== NO_VALUE), value)
    if (!isObject(value)) return value
    const entries = Object.entries(value)
    if (entries.length === 1 && isIntrinsic(entries[0]![0])) return intrinsic(...entries[0]!, depth + 1)
    const members = entries.map(([key, each]) => [key, resolved(each, depth + 1)] as const)
    return from(Object.fromEntries(members.filter(([, each]) => each !== NO_VALUE)), value)
  }

  function intrinsic (name: string, given: unknown, depth: number): unknown {
    if (name === 'Fn::If') return either(given, depth)
    if (name === 'Fn::Sub') return substituted(template, Array.isArray(given) ? [given[0], resolved(given[1], depth)] : [given, undefined])
    const value = resolved(given, depth)
    switch (name) {
      case 'Ref': return reference(template, value)
      case 'Fn::GetAtt': return attribute(template, value)
      case 'Fn::Join': return Array.isArray(value) && Array.isArray(value[1]) ? concatenated(value[1], textOf(value[0])) : UNKNOWN
      case 'Fn::Select': return selected(value)
      case 'Fn::Split': return split(value)
      case 'Fn::FindInMap': return looked(template, value)
      case 'Fn::ImportValue': return imported(value)
      default: return UNKNOWN
    }
  }

  function either (given: unknown, depth: number): unknown {
    if (!Array.isArray(given) || given.length !== 3) return UNKNOWN
    const condition = holds(given[0])
    return condition === UNKNOWN ? UNKNOWN : resolved(given[condition ? 1 : 2], depth)
  }

  return {
    resolve (value) {
      const found = resolved(value, 0)
      return found === NO_VALUE ? undefined : found
    },
    holds,
    lines: (value) => lines(isObject(value) || Array.isArray(value) ? origins.get(value) ?? value : value)
  }
}

function isIntrinsic (key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::')
}
