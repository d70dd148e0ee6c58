import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import t from 'tap'

import { published, storedResults } from '../../bench/comparison/publish'

const files = Object.entries(published(storedResults()))

for (const [file, content] of files) {
  t.test(`${basename(file)} is what the script makes of the stored figures`, async (t) => {
    t.equal(readFileSync(file, 'utf8'), content)
  })
}

for (const [file, content] of files.filter(([file]) => file.endsWith('.svg'))) {
  t.test(`${basename(file)} follows the colour scheme, loads nothing, and says in words what it shows`, async (t) => {
    t.match(content, '@media (prefers-color-scheme:dark)')
    t.match(content, /<title id="title">.+<\/title>\n<desc id="description">.{40,}<\/desc>/)
    t.notMatch(content.replace('http://www.w3.org/2000/svg', ''), /https?:|url\(|@import|<script|<image/)
  })
}
