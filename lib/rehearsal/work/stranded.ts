import type { ServerRecord } from '../../../types/rehearsal'
import type { Published, Stories } from './stories'

/** Longer than any disorder of a queue, shorter than the visibility timeout that SQS gives by default (30 s). Milliseconds. */
const STRANDED = 15_000

/** A time during which nobody had a piece of work that anybody could have had. */
interface Rest {
  readonly id: string
  readonly since: number
  readonly taken: number
}

/**
 * Work that lay while what came later was taken up: whoever had it said nothing, and left it to its visibility timeout. How long it lay
 * says nothing of the kind: behind a fleet that cannot keep up everything waits.
 */
export function stranded (published: readonly Published[], stories: Stories): string[] {
  const busy = groupsBusy(stories)
  const rests = published.flatMap(({ id, at }) => restsOf(id, at, stories.get(id) ?? [], busy)).sort((a, b) => b.since - a.since)
  const found = new Set<string>()
  let overtaken = Infinity // when the first of those was taken that came later
  for (const { id, taken } of rests) {
    if (taken - overtaken > STRANDED) found.add(id)
    overtaken = Math.min(overtaken, taken)
  }
  return published.map(({ id }) => id).filter((id) => found.has(id))
}

/**
 * From its publication, and from each handing back, to its next receipt. A queue that keeps an order gives out nothing of a group while
 * somebody has an earlier piece of it: then it counts from the last that became of that.
 */
function restsOf (id: string, published: number, story: readonly ServerRecord[], busy: ReadonlyMap<string, readonly number[]>): Rest[] {
  const instants = busy.get(story.find(({ group }) => group !== undefined)?.group ?? '') ?? []
  const rests: Rest[] = []
  let free: number | undefined = published
  for (const { event, at } of story) {
    if (free !== undefined && (event === 'received' || event === 'start')) {
      rests.push({ id, since: Math.max(free, ...instants.filter((instant) => instant < at)), taken: at })
      free = undefined
    }
    if (event === 'handed-back') free = at
  }
  return rests
}

/** When something became of the work of a group. */
function groupsBusy (stories: Stories): Map<string, number[]> {
  const busy = new Map<string, number[]>()
  for (const { group, at } of [...stories.values()].flat()) {
    if (group === undefined) continue
    const instants = busy.get(group)
    if (instants) instants.push(at)
    else busy.set(group, [at])
  }
  return busy
}
