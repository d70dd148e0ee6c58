import Ajv from 'ajv'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'

import { lintFlags } from '../../lib/cli/lint-flags'
import { rules } from '../../lib/core/preflight/index'
import { defaults, kinds, lint } from '../../lib/lint/index'
import { fixture } from './documents'

const root = path.join(__dirname, '../..')
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8')
const guide = read('docs/lint.md')
const schema = JSON.parse(read('docs/lint.schema.json')) as Schema

interface Items {
  readonly items: { readonly properties: Readonly<Record<string, { enum: readonly string[], items: { enum: readonly string[] } }>> }
}
interface Schema {
  readonly properties: Readonly<Record<string, Items>>
}

const section = (title: string): string => guide.slice(guide.indexOf(`\n## ${title}\n`) + 1).split('\n## ')[0]!
/** The cells of the rows of a section's tables, but for their heads. */
const rows = (title: string): string[][] => section(title).split('\n').filter((line) => line.startsWith('| `'))
  .map((line) => line.replace(/^\| | \|$/g, '').split(' | '))

t.test('a result is as its schema says, and the schema allows nothing else', async (t) => {
  const validate = new Ajv().compile(schema)
  const result = lint([fixture('plan.json'), fixture('task-definition.json'), fixture('service.json'), fixture('template.json')])
  const plain = JSON.parse(JSON.stringify(result)) as Record<string, unknown>

  t.ok(validate(plain), JSON.stringify(validate.errors))
  t.notOk(validate({ ...plain, version: 2 }))
  t.notOk(validate({ ...plain, extra: true }))
  t.notOk(validate({ ...plain, findings: undefined }))
  t.notOk(validate({ ...plain, findings: [{}] }))
})

t.test('the schema knows every rule and every kind of document', async (t) => {
  t.strictSame(schema.properties.findings!.items.properties.rule!.enum.toSorted(), rules.map(({ id }) => id).toSorted())
  t.strictSame(schema.properties.files!.items.properties.kinds!.items.enum, kinds)
})

t.test('the guide has every rule, as it stands in the code', async (t) => {
  t.strictSame(rows('Rules'), rules.map(({ id, severity, holds, costs, source }) => [`\`${id}\``, severity, holds, costs, source]))
})

t.test('the guide has every default, as it stands in the code', async (t) => {
  t.strictSame(rows('Defaults'), Object.values(defaults).map(({ of, value, where, source }) => [`\`${of}\``, `\`${value}\``, where, source]))
})

t.test('the guide has every flag', async (t) => {
  t.strictSame(rows('Flags').map(([flag]) => /^`--([a-z-]+)/.exec(flag!)?.[1]), Object.keys(lintFlags).filter((name) => name !== 'help'))
})

t.test('the guide names every kind of document', async (t) => {
  t.strictSame(kinds.filter((kind) => !section('What it understands').includes(`| ${kind} |`)), [])
})
