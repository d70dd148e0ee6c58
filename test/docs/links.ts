import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

import { pages, prose, root } from './blocks'

/** As GitHub makes the anchor of a heading. */
function anchorOf (heading: string): string {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '')
  return text.toLowerCase().replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '').replaceAll(' ', '-')
}

/** The anchors of a page; of headings of the same words the second and later are numbered. */
function anchors (page: string): Set<string> {
  const seen = new Map<string, number>()
  return new Set(prose(page).flatMap((line) => {
    const heading = /^#{1,6} (.+)$/.exec(line)?.[1]
    if (heading === undefined) return []
    const anchor = anchorOf(heading)
    const count = seen.get(anchor) ?? 0
    seen.set(anchor, count + 1)
    return [count === 0 ? anchor : `${anchor}-${count}`]
  }))
}

/** Links into the repository that lead nowhere, each with its place. */
export function deadLinks (): string[] {
  return pages.flatMap((page) => prose(page).flatMap((line, index) =>
    [...line.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link!).filter((link) => isDead(page, link)).map((link) => `${page}:${index + 1}: ${link}`)))
}

function isDead (page: string, link: string): boolean {
  const [path, anchor] = link.split('#') as [string, string?]
  const target = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(root, target))) return true
  return anchor !== undefined && (statSync(join(root, target)).isDirectory() || !anchors(target).has(anchor))
}
