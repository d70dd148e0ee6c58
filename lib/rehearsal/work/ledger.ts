import type { ServerRecord, WorkResult } from '../../../types/rehearsal'
import { median } from '../verdict/statistics'

/** Work that was published: accepted from a client, at this instant. */
export interface Published {
  readonly id: string
  readonly at: number
}

/** Longer than any queue of a fleet that keeps up, shorter than the visibility timeout that SQS gives by default (30 s). Milliseconds. */
const STRANDED = 15_000

/** Joins what was published with what the workers wrote. Pure; records in any order. */
export function workResult (published: readonly Published[], records: readonly ServerRecord[]): WorkResult {
  const stories = storiesOf(records)
  const ids = (is: (story: readonly ServerRecord[], published: Published) => boolean): string[] =>
    published.filter((entry) => is(stories.get(entry.id) ?? [], entry)).map(({ id }) => id)
  const count = (event: ServerRecord['event']): number => records.filter((record) => record.event === event).length
  const busy = groupsBusy(records)
  const back = published.flatMap(({ id }) => waits(stories.get(id) ?? []))

  return {
    published: published.length,
    received: count('received'),
    done: published.filter(({ id }) => has(stories.get(id) ?? [], 'effect')).length,
    handedBack: count('handed-back'),
    deadLettered: count('dead-lettered'),
    lost: ids((story) => !has(story, 'effect') && !has(story, 'dead-lettered')),
    duplicated: ids((story) => story.filter(({ event }) => event === 'effect').length > 1),
    startedTwice: ids(beganAgain),
    stranded: ids((story, { at }) => untouched(story, at, busy) > STRANDED),
    outOfOrder: brokenGroups(records),
    backWithin: back.length === 0 ? null : { median: median(back), max: Math.max(...back) }
  }
}

function storiesOf (records: readonly ServerRecord[]): Map<string, ServerRecord[]> {
  const stories = new Map<string, ServerRecord[]>()
  for (const record of [...records].sort((a, b) => a.at - b.at)) {
    const story = stories.get(record.id)
    if (story) story.push(record)
    else stories.set(record.id, [record])
  }
  return stories
}

function has (story: readonly ServerRecord[], event: ServerRecord['event']): boolean {
  return story.some((record) => record.event === event)
}

/** Whether it was begun a second time though nobody had given it back. */
function beganAgain (story: readonly ServerRecord[]): boolean {
  let begun = false
  for (const { event } of story) {
    if (event === 'start' && begun) return true
    if (event === 'start') begun = true
    if (event === 'handed-back') begun = false
  }
  return false
}

/**
 * The longest that nobody had it: from its publication, or from its last being handed back, to its next receipt. A queue that keeps
 * an order gives out nothing of a group while somebody has an earlier piece of it: then it counts from the last that became of that.
 */
function untouched (story: readonly ServerRecord[], published: number, busy: ReadonlyMap<string, readonly number[]>): number {
  const instants = busy.get(story.find(({ group }) => group !== undefined)?.group ?? '') ?? []
  let free: number | undefined = published
  let longest = 0
  for (const { event, at } of story) {
    if (free !== undefined && (event === 'received' || event === 'start')) {
      const since = Math.max(free, ...instants.filter((instant) => instant < at))
      longest = Math.max(longest, at - since)
      free = undefined
    }
    if (event === 'handed-back') free = at
  }
  return longest
}

/** When something became of the work of a group. */
function groupsBusy (records: readonly ServerRecord[]): Map<string, number[]> {
  const busy = new Map<string, number[]>()
  for (const { group, at } of records) {
    if (group === undefined) continue
    const instants = busy.get(group)
    if (instants) instants.push(at)
    else busy.set(group, [at])
  }
  return busy
}

/** From each handing back to the next receipt. */
function waits (story: readonly ServerRecord[]): number[] {
  return story.flatMap(({ event, at }, index) => {
    const next = event === 'handed-back' ? story.slice(index + 1).find((later) => later.event === 'received') : undefined
    return next ? [next.at - at] : []
  })
}

/** Groups in which something was done after what had a later place. */
function brokenGroups (records: readonly ServerRecord[]): string[] {
  const last = new Map<string, bigint>()
  const broken = new Set<string>()
  for (const { event, group, sequence } of [...records].sort((a, b) => a.at - b.at)) {
    if (event !== 'effect' || group === undefined || sequence === undefined) continue
    const place = BigInt(sequence)
    if (place < (last.get(group) ?? place)) broken.add(group)
    last.set(group, place)
  }
  return [...broken]
}
