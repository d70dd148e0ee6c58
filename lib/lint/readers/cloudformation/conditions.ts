import { isObject, UNKNOWN } from '../../values'
import type { Template } from './template'

export type Conditions = (condition: unknown) => boolean | typeof UNKNOWN

/** Says whether a condition, or one that is named, holds: as far as parameters have defaults. A condition that needs itself is not known. */
export function conditionsOf ({ conditions }: Template, resolve: (value: unknown) => unknown): Conditions {
  const found = new Map<string, boolean | typeof UNKNOWN>()
  let nested = 0

  function named (name: string): boolean | typeof UNKNOWN {
    if (!found.has(name) && nested < DEEP) {
      found.set(name, UNKNOWN) // while it is being found out
      nested++
      found.set(name, conditions.has(name) ? holds(conditions.get(name), 0) : UNKNOWN)
      nested--
    }
    return found.get(name) ?? UNKNOWN
  }

  function holds (condition: unknown, depth: number): boolean | typeof UNKNOWN {
    if (typeof condition === 'string') return named(condition)
    const [[operator, given] = []] = isObject(condition) ? Object.entries(condition) : []
    if (!Array.isArray(given) || depth > DEEP) return operator === 'Condition' && typeof given === 'string' ? named(given) : UNKNOWN
    const parts = (): Array<boolean | typeof UNKNOWN> => given.map((part: unknown) => holds(part, depth + 1))
    switch (operator) {
      case 'Fn::Equals': return equal(resolve(given[0]), resolve(given[1]))
      case 'Fn::Not': return negated(holds(given[0], depth + 1))
      case 'Fn::And': return every(parts())
      case 'Fn::Or': return negated(every(parts().map(negated)))
      default: return UNKNOWN
    }
  }

  return (condition) => holds(condition, 0)
}

/** Nobody writes conditions so deep. */
const DEEP = 20

function equal (one: unknown, other: unknown): boolean | typeof UNKNOWN {
  const isPlain = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value)
  return isPlain(one) && isPlain(other) ? String(one) === String(other) : UNKNOWN
}

function negated (value: boolean | typeof UNKNOWN): boolean | typeof UNKNOWN {
  return value === UNKNOWN ? UNKNOWN : !value
}

function every (values: ReadonlyArray<boolean | typeof UNKNOWN>): boolean | typeof UNKNOWN {
  if (values.includes(false)) return false
  return values.includes(UNKNOWN) ? UNKNOWN : true
}
