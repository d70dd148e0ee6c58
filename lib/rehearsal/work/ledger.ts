import type { ServerRecord, WorkResult } from '../../../types/rehearsal'
import { median } from '../verdict/statistics'
import { storiesOf, type Published } from './stories'
import { stranded } from './stranded'

/** Joins what was published with what the workers wrote. Pure; records in any order. */
export function workResult (published: readonly Published[], records: readonly ServerRecord[]): WorkResult {
  const stories = storiesOf(records)
  const ids = (is: (story: readonly ServerRecord[]) => boolean): string[] => published.map(({ id }) => id).filter((id) => is(stories.get(id) ?? []))
  const count = (event: ServerRecord['event']): number => records.filter((record) => record.event === event).length
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
    stranded: stranded(published, stories),
    outOfOrder: brokenGroups(records),
    backWithin: back.length === 0 ? null : { median: median(back), max: Math.max(...back) }
  }
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
