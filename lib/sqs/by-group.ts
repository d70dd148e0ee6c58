import type { Message } from '@aws-sdk/client-sqs'

/** Sorts by message group, and keeps the order within each. */
export function byGroup<T> (items: readonly T[], messageOf: (item: T) => Message): T[][] {
  const groups = new Map<string | undefined, T[]>()
  for (const item of items) {
    const id = messageOf(item).Attributes?.MessageGroupId
    const group = groups.get(id)
    if (group) group.push(item)
    else groups.set(id, [item])
  }
  return [...groups.values()]
}
