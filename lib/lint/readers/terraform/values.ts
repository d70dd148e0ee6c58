import { isObject, Link, own, UNKNOWN } from '../../values'
import { elements, withoutIndices, type Plan, type Planned } from './plan'
import { referenced } from './references'

/** By what others in this plan, and the linter, know a resource. */
export function idOf ({ file }: Plan, address: string): string {
  return `${file}#${address}`
}

/**
 * The values of a resource, and in place of those that are known only after the apply a link to what they come from, or not
 * known. What is neither planned nor written is not there, so that AWS's defaults hold.
 */
export function valuesOf (plan: Plan, resource: Planned, index: Index): unknown {
  return merged(resource.values, plan.written.get(resource.plain), (expression) => {
    const plain = referenced(plan, withoutIndices(resource.module), expression)
    const named = plain.flatMap((each) => nearest(index, each, resource))
    return named.length > 0 ? new Link(named.map(({ address }) => idOf(plan, address))) : UNKNOWN
  })
}

/** Planned resources by their plain addresses, and of these those of one module, and of one index. */
export type Index = ReadonlyMap<string, readonly Planned[]>

/** Two are as good as many: it cannot be told which is meant. */
const ENOUGH = 2

export function indexOf ({ resources }: Plan): Index {
  const index = new Map<string, Planned[]>()
  for (const resource of resources) {
    const { plain, module } = resource
    const own = lastIndex(resource)
    for (const key of [keyOf(plain), keyOf(plain, module), keyOf(plain, undefined, own), keyOf(plain, module, own)]) {
      const same = index.get(key)
      if (same === undefined) index.set(key, [resource])
      else if (same.length < ENOUGH) same.push(resource)
    }
  }
  return index
}

function keyOf (plain: string, module?: string, index?: string): string {
  return JSON.stringify([plain, module, index])
}

/** Of several instances, those of the same instance of the module, and of these the one with the same index. */
function nearest (index: Index, plain: string, resource: Planned): readonly Planned[] {
  const module = index.has(keyOf(plain, resource.module)) ? resource.module : undefined
  const near = index.get(keyOf(plain, module)) ?? []
  return near.length > 1 ? index.get(keyOf(plain, module, lastIndex(resource))) ?? near : near
}

function lastIndex ({ address, plain }: Planned): string {
  const name = plain.split('.').at(-1)!
  return address.slice(address.lastIndexOf(name) + name.length)
}

function merged (values: unknown, expressions: unknown, unknown: (expression: unknown) => unknown): unknown {
  if (!isObject(values) || !isObject(expressions)) return values
  const added = Object.entries(expressions).map(([key, expression]): [string, unknown] => {
    const value = Object.hasOwn(values, key) ? values[key] : undefined
    if (!Array.isArray(expression)) return [key, Object.hasOwn(values, key) ? value : unknown(expression)]
    const blocks = elements(value)
    if (blocks.length === 0) return [key, Object.hasOwn(values, key) ? value : UNKNOWN]
    return [key, blocks.map((block) => merged(block, blockOf(block, blocks, expression), unknown))]
  })
  return Object.fromEntries([...Object.entries(values), ...added])
}

/** What is written of a block. Blocks of a set have no order: among several, it is the one that agrees in all constants. */
function blockOf (block: unknown, blocks: readonly unknown[], written: readonly unknown[]): unknown {
  if (blocks.length === 1 && written.length === 1) return written[0]
  const agrees = ([key, expression]: [string, unknown]): boolean =>
    own(expression, 'constant_value') === undefined || own(block, key) === own(expression, 'constant_value')
  const agreeing = written.filter((expressions) => isObject(expressions) && Object.entries(expressions).every(agrees))
  return agreeing.length === 1 ? agreeing[0] : undefined
}
