import type { ServerRecord } from '../../../types/rehearsal'

/** Work that was published: accepted from a client, at this instant. */
export interface Published {
  readonly id: string
  readonly at: number
}

/** What the workers wrote of each piece of work, in order. */
export type Stories = ReadonlyMap<string, readonly ServerRecord[]>

export function storiesOf (records: readonly ServerRecord[]): Stories {
  const stories = new Map<string, ServerRecord[]>()
  for (const record of [...records].sort((a, b) => a.at - b.at)) {
    const story = stories.get(record.id)
    if (story) story.push(record)
    else stories.set(record.id, [record])
  }
  return stories
}
