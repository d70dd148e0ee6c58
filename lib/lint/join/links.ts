import type { Export, Place } from '../description'
import { known, UNKNOWN, type Reference } from '../values'

interface Placed {
  readonly place: Place
}

/** Finds what a reference of somebody's names: nothing, one, or several where a name does not tell. */
export type Find<T> = (reference: Reference, by: Placed) => readonly T[]

/** What a reference names, and all that it comes to by way of exports. */
export type Exported = (reference: readonly string[]) => readonly string[]

/** By all ids: first by what the reference says, then by the name within an ARN. Of several, the one of the same file. */
export function finder <T extends Placed & { readonly ids: readonly string[] }> (all: readonly T[], exported: Exported): Find<T> {
  const byId = new Map<string, Set<T>>()
  for (const each of all) {
    for (const id of each.ids) {
      const same = byId.get(id)
      if (same) same.add(each)
      else byId.set(id, new Set([each]))
    }
  }
  const under = (ids: readonly string[]): readonly T[] => [...new Set(ids.flatMap((id) => [...byId.get(id) ?? []]))]
  return (reference, { place: { file } }) => {
    if (reference === UNKNOWN || reference === undefined) return []
    const ids = exported(reference)
    const exact = under(ids)
    const found = exact.length > 0 ? exact : under(ids.flatMap(shorter)).filter((each) => !(ids.some(isArn) && each.ids.some(isArn)))
    const here = found.length > 1 ? found.filter(({ place }) => place.file === file) : []
    return here.length > 0 ? here : found
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
