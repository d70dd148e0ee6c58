import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { planTimings, timingRows } from '../lib/core/timing-plan'
import { variables } from '../lib/core/environment'
import { defaults } from '../lib/options/index'
import { sources } from './helpers/sources'
import type { TimingName } from '../types/index'

const root = join(__dirname, '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const readme = read('README.md')

/** The cells of each row of the tables whose first cell is a name in backticks. */
const rows = readme.split('\n').filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))
const row = (name: string): string[] => rows.find(([first]) => first === `\`${name}\``) ?? []

const spaced = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ' ')
const timingNames = Object.keys(timingRows) as TimingName[]

t.test('each promise of the README is a test of the same name', async (t) => {
  const promises = readme.split('\n').flatMap((line) => /^\d\. (.+)$/.exec(line)?.[1] ?? [])
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts')).map((file) => read(`test/${file}`).replaceAll("\\'", "'")).join('\n')

  t.equal(promises.length, 5)
  t.strictSame(promises.filter((promise) => !tests.includes(`t.test('${promise.replace(/\.$/, '')}`)), [])
})

t.test('the README gives each timing the default that the code has', async (t) => {
  t.strictSame(timingNames.map((name) => row(name)[1]), timingNames.map((name) => timingRows[name].default))
})

t.test('the README gives each timing the values that the plan has', async (t) => {
  const plans = [30_000, 60_000, 120_000].map((stopTimeout) => {
    const planned = planTimings({ options: { stopTimeout } })
    return 'plan' in planned ? planned.plan : undefined
  })

  t.strictSame(timingNames.map((name) => row(name).slice(2, 5)), timingNames.map((name) => plans.map((plan) => spaced(plan![name]))))
})

t.test('the README gives every other option, and its default', async (t) => {
  const { health, signals, onUncaughtException, resources } = defaults
  const written = (value: unknown): string => `\`${JSON.stringify(value).replaceAll('"', "'").replaceAll(',', ', ')}\``

  t.strictSame(Object.keys(defaults).filter((name) => row(name).length === 0), [])
  t.equal(row('signals')[1], written(signals))
  t.equal(row('onUncaughtException')[1], written(onUncaughtException))
  t.equal(row('resources')[1], written(resources))
  t.strictSame(Object.entries(health).map(([name]) => row(name)[1]), Object.values(health).map(written))
})

t.test('the README names every variable', async (t) => {
  t.strictSame(Object.values(variables).filter((variable) => !readme.includes(variable)), [])
})

t.test('every IAM action that is needed stands in the table of docs/ecs.md, and in the policy below it', async (t) => {
  const room = sources().filter(({ name }) => name.startsWith('ecs/')).map(({ text }) => text).join()
  const needed = [...room.matchAll(/'((?:ecs|elasticloadbalancing):\w+)'/g)].map(([, action]) => action!)
  const [table, policy] = read('docs/ecs.md').split('```json')
  const { Statement: statements } = JSON.parse(policy!.split('```')[0]!) as { Statement: Array<{ Action: string }> }

  t.strictSame(statements.map(({ Action }) => Action).sort(), [...new Set(needed)].sort())
  t.strictSame(needed.filter((action) => !table!.includes(`\`${action}\``)), [])
})

t.test('the README is short', async (t) => {
  t.ok(readme.split('\n').length < 300)
})
