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
    const named = plain.flatMap((each) => nearest(index.get(each) ?? [], resource))
    return named.length > 0 ? new Link(named.map(({ address }) => idOf(plan, address))) : UNKNOWN
  })
}

/** Planned resources by their plain addresses. */
export type Index = ReadonlyMap<string, readonly Planned[]>

export function indexOf ({ resources }: Plan): Index {
  const index = new Map<string, Planned[]>()
  for (const resource of resources) {
    const same = index.get(resource.plain)
    if (same) same.push(resource)
    else index.set(resource.plain, [resource])
  }
  return index
}

/** Of several instances, those of the same instance of the module, and of these the one with the same index. */
function nearest (instances: readonly Planned[], { module, address, plain }: Planned): readonly Planned[] {
  const inModule = instances.filter((each) => each.module === module)
  const near = inModule.length > 0 ? inModule : instances
  const ownIndex = lastIndex(address, plain)
  const alike = near.filter((each) => lastIndex(each.address, each.plain) === ownIndex)
  return near.length > 1 && alike.length > 0 ? alike : near
}

function lastIndex (address: string, plain: string): string {
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
