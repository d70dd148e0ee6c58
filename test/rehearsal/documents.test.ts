import Ajv from 'ajv'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { camelCase, flags } from '../../lib/cli/flags'
import { bounds, defaults } from '../../lib/rehearsal/settings'
import { result, run } from './report/result'

const root = join(__dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const guide = read('docs/rehearsal.md')

t.test('a result is as its schema says, and the schema allows nothing else', async (t) => {
  const validate = new Ajv().compile(JSON.parse(read('docs/rehearsal.schema.json')) as object)
  const built = result(run({ requests: 200 }), run({ requests: 200, rude: true }))
  const plain = JSON.parse(JSON.stringify(built)) as Record<string, unknown>

  t.ok(validate(plain), JSON.stringify(validate.errors))
  t.notOk(validate({ ...plain, version: 2 }))
  t.notOk(validate({ ...plain, verdict: 'MAYBE' }))
  t.notOk(validate({ ...plain, extra: true }))
  t.notOk(validate({ ...plain, proof: undefined }))
})

/** The flags of the guide's table, each with its default. */
const table = new Map(guide.split('\n').filter((line) => line.startsWith('| `--')).flatMap((line) => {
  const [names, standard] = line.split('|').slice(1).map((cell) => cell.trim())
  const flagsOf = [...names!.matchAll(/`--([a-z0-9-]+)/g)].map(([, name]) => name!)
  return flagsOf.map((name, index): [string, string] => [name, flagsOf.length > 1 ? standard!.split(', ')[index]! : standard!])
}))

t.test('the guide has every flag, and each with the default that the code has', async (t) => {
  t.strictSame([...table.keys()].filter((name) => !Object.hasOwn(flags, name)), [])
  t.strictSame(Object.keys(flags).filter((name) => name !== 'help' && !table.has(name)), [])

  for (const [name, written] of table) {
    const standard = (defaults as Record<string, unknown>)[camelCase(name)]
    if (standard === undefined) continue
    const plain = written.replaceAll('`', '')
    t.equal(plain, standard === false ? 'off' : [standard].flat().join(', '), name)
  }
})

t.test('the types say the same bounds and defaults', async (t) => {
  const types = read('types/rehearsal.d.ts')

  for (const [name, standard] of Object.entries(defaults)) {
    if (standard === undefined || typeof standard === 'object' || name === 'signal' || name === 'env') continue
    t.match(types, new RegExp(`@default '?${String(standard).replaceAll('/', '\\/')}'?[^]{0,40}readonly ${name}\\?`), name)
  }
  t.ok(Object.keys(bounds).every((name) => Object.hasOwn(defaults, name)))
})
