import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { filled } from './document'
import { lossPicture } from './pictures/losses'
import { stopPicture } from './pictures/stop'
import { written, type Results } from './results'
import { sections } from './sections'

const DOCS = join(__dirname, '../../docs')
const stored = join(DOCS, 'pictures/peers.json')
const document = join(DOCS, 'peers.md')

/** The figures that docs/peers.md and its pictures show. */
export function storedResults (): Results {
  return JSON.parse(readFileSync(stored, 'utf8')) as Results
}

/** What those files must hold, by their paths. */
export function published (results: Results): Record<string, string> {
  return {
    [document]: filled(readFileSync(document, 'utf8'), sections(results)),
    [join(DOCS, 'pictures/stop.svg')]: stopPicture(results),
    [join(DOCS, 'pictures/peers.svg')]: lossPicture(results)
  }
}

export function publish (results: Results): void {
  writeFileSync(stored, written(results))
  for (const [file, content] of Object.entries(published(results))) writeFileSync(file, content)
}
