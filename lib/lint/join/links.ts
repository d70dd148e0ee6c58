import type { Export, Place } from '../description'
import { known, UNKNOWN, type Reference } from '../values'

interface Placed {
  readonly place: Place
}

/** Two are as good as many: it cannot be told which is meant. */
const ENOUGH = 2

/** Finds what a reference of somebody's names: nothing, one, or two of those among which a name does not tell. */
export type Find<T> = (reference: Reference, by: Placed) => readonly T[]

/** What a reference names, and all that it comes to by way of exports. */
export type Exported = (reference: readonly string[]) => readonly string[]

/** By all ids: first by what the reference says, then by the name within an ARN. Of several, the one of the same file. */
export function finder <T extends Placed & { readonly ids: readonly string[] }> (all: readonly T[], exported: Exported): Find<T> {
  const byId = new Map<string, T[]>()
  for (const each of all) {
    for (const id of new Set(each.ids)) {
      const same = byId.get(id)
      if (same) same.push(each)
      else byId.set(id, [each])
    }
  }
  const under = (ids: readonly string[]): readonly T[] => [...new Set(ids.flatMap((id) => byId.get(id) ?? []))]
  const found = (reference: readonly string[], file: string): readonly T[] => {
    const ids = exported(reference)
    const exact = under(ids)
    const named = exact.length > 0 ? exact : under(ids.flatMap(shorter)).filter((each) => !(ids.some(isArn) && each.ids.some(isArn)))
    const here = named.length > 1 ? named.filter(({ place }) => place.file === file) : []
    return (here.length > 0 ? here : named).slice(0, ENOUGH)
  }

  const before = new Map<string, readonly T[]>() // thousands may refer to thousands of one name
  return (reference, { place: { file } }) => {
    if (reference === UNKNOWN || reference === undefined) return []
    const key = JSON.stringify([file, ...reference])
    if (!before.has(key)) before.set(key, found(reference, file))
    return before.get(key)!
  }
}

/** What references come to by way of exports and imports. A stack may pass on what it imports; nobody's export is his own import. */
export function exportedBy (exports: readonly Export[]): Exported {
  const values = new Map<string, Reference>(exports.map(({ name, of }) => [name, of]))
  return (reference) => {
    const seen = new Set(reference)
    for (const id of seen) for (const next of known(values.get(id)) ?? []) seen.add(next) // a set goes on to what is added to it
    return [...seen]
  }
}

/** Two ARNs that differ are of two things, whatever their names. */
function isArn (id: string): boolean {
  return id.startsWith('arn:')
}

/** The name in an ARN, and a task definition of any revision: it may not have been registered yet. */
function shorter (id: string): readonly string[] {
  const name = /^arn:[^/]*:(?:task-definition|cluster|targetgroup|loadbalancer\/\w+|service\/[^/]+|service)\/([^/]+)/.exec(id)?.[1] ?? id
  return [name, name.replace(/:\d+$/, ':*')]
}
