import type { Random } from '../random'
import type { RecentIds } from './recent-ids'
import { templateOf, type Values } from './template'

/** Draws a value for each template; `{id}` is `id`. Every `{id of NAME}` must have one to pick. */
export function drawn (templates: readonly string[], id: string, recent: RecentIds, random: Random): Values {
  const values = new Map([['id', id]])
  for (const text of templates) {
    const template = templateOf(text)
    if (template?.kind === 'int') values.set(text, String(integer(random, template.least, template.most)))
    if (template?.kind === 'id of') values.set(text, recent.pick(template.route, random)!)
  }
  return values
}

function integer (random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1))
}
