import Ajv from 'ajv'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { conformFlags, conformUsage, readConformArguments } from '../../lib/cli/conform-flags'
import { camelCase } from '../../lib/cli/flags'
import { bounds, clauses, defaults, printed, readSettings, type ClauseResult, type ConformanceResult } from '../../lib/conformance/index'
import { judge } from '../../lib/conformance/judge'

const root = join(__dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const guide = read('docs/conformance.md')
const ids = clauses.map(({ id }) => id)

const passing: ClauseResult = { id: 'D1', level: 'MUST', title: 'a title', outcome: 'pass', sentence: 'it did', evidence: [], output: '', duration: 5 }
const failing: ClauseResult = {
  ...passing,
  id: 'D9',
  level: 'SHOULD',
  outcome: 'fail',
  sentence: 'it \x1b[31mdid not',
  evidence: [
    { at: -3, connection: null, event: 'process', text: 'started' },
    { at: 1.5, connection: 1, event: 'received', text: 'HTTP/1.1 200 OK\\r\\n' }
  ],
  output: 'last words\n'
}

function resultOf (...results: ClauseResult[]): ConformanceResult {
  const settings = readSettings({ command: ['node', 'server.js'] }, ids)
  const environment = { package: '0.1.0', node: 'v20.0.0', platform: 'linux x64', cores: 2 }
  return { version: 1, ...judge(results, false), settings, clauses: results, drain: { unhealthy: 1, listenerClosed: 2, exited: null }, environment }
}

t.test('ids are D and a number, each used once, in order and without a gap', async (t) => {
  t.strictSame(ids, ids.map((_, index) => `D${index + 1}`))
})

t.test('the guide lists every clause as the table has it, and no other', async (t) => {
  const rows = guide.split('\n').filter((line) => /^\| D\d+ \|/.test(line)).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()))

  t.strictSame(rows, clauses.map(({ id, level, title, reason, forced }) => [id, level, title, reason, forced]))
})

t.test('the guide has every flag, and each with the default that the code has', async (t) => {
  const rows = guide.split('\n').filter((line) => line.startsWith('| `--')).map((line) => line.split('|').slice(1, 3).map((cell) => cell.trim()))
  const table = new Map(rows.map(([flag, standard]) => [/--([a-z0-9-]+)/.exec(flag!)![1]!, standard!.replaceAll('`', '')]))

  t.strictSame([...table.keys()], Object.keys(conformFlags).filter((name) => name !== 'help'))
  for (const [name, written] of table) {
    const standard: unknown = (defaults as Record<string, unknown>)[camelCase(name)]
    t.equal(written, { boolean: 'off', object: 'all', undefined: 'off' }[typeof standard as string] ?? String(standard), name)
  }
  t.ok(Object.keys(conformFlags).every((name) => conformUsage.includes(`--${name} `)))
  t.ok(Object.keys(bounds).every((name) => Object.hasOwn(defaults, name)))
})

t.test('a result is as its schema says, and the schema allows nothing else', async (t) => {
  const validate = new Ajv().compile(JSON.parse(read('docs/conformance.schema.json')) as object)
  const plain = JSON.parse(JSON.stringify(resultOf(passing, failing))) as Record<string, unknown>

  t.ok(validate(plain), JSON.stringify(validate.errors))
  t.notOk(validate({ ...plain, version: 2 }))
  t.notOk(validate({ ...plain, verdict: 'MAYBE' }))
  t.notOk(validate({ ...plain, extra: true }))
  t.notOk(validate({ ...plain, clauses: [{ ...passing, outcome: 'perhaps' }] }))
})

t.test('a MUST that fails is FAIL, a SHOULD only strictly, and what could not be forced is never a pass', async (t) => {
  const unforced: ClauseResult = { ...passing, outcome: 'inconclusive' }

  t.match(judge([passing, failing], false), { verdict: 'PASS', sentence: /but D9, which SHOULD hold/ })
  t.match(judge([passing, failing], true), { verdict: 'FAIL', sentence: /^Strictly taken, D9 failed; 1 of 2/ })
  t.match(judge([{ ...passing, outcome: 'fail' }, { ...passing, id: 'D2', outcome: 'fail' }], false), { verdict: 'FAIL', sentence: /D1 and D2 failed/ })
  t.match(judge([passing, unforced], false), { verdict: 'INCONCLUSIVE' })
  t.match(judge([{ ...failing, outcome: 'inconclusive' }, passing], false), { verdict: 'PASS' })
  t.match(judge([{ ...passing, outcome: 'not-applicable' }], false), { verdict: 'INCONCLUSIVE', sentence: /No clause applied/ })
})

t.test('a failure is printed with its evidence and last words, and the verdict is the last line', async (t) => {
  const text = printed(resultOf(passing, failing, { ...passing, id: 'D2', outcome: 'not-applicable', sentence: 'no such path' }), { coloured: false })

  t.match(text, /D9 +SHOULD +FAIL +a title/)
  t.match(text, /D2: no such path/)
  t.match(text, / 1\.5 ms {2}conn 1 +← HTTP\/1\.1 200 OK\\r\\n/)
  t.match(text, /it said last:\n +last words/)
  t.match(text.split('\n').at(-1), /^PASS {2}No MUST failed/)
  t.notOk(text.includes('\x1b'))
})

t.test('flags become the options of the same names, and wrong ones are named', async (t) => {
  const { options, json } = readConformArguments(['--clause', 'D7', '--clause', 'D1', '--stop-timeout', '8', '--http2', '--json', '--', 'node', 'server.js'])

  t.strictSame(options, { clause: ['D7', 'D1'], stopTimeout: 8, http2: true, command: ['node', 'server.js'] })
  t.equal(json, true)
  t.throws(() => readConformArguments(['--claus', 'D7', '--', 'x']), { message: /Unknown option '--claus'/ })
  t.throws(() => readConformArguments(['--at-once', 'two', '--', 'x']), { message: /--at-once must be a number, but is 'two'/ })
  t.throws(() => readConformArguments(['--json']), { message: /there is no command: name it after --/ })
})

t.test('an option that does not fit is refused by name', async (t) => {
  const command = ['node']

  t.throws(() => readSettings({ command: [] }, ids), { message: /^command must be a list such as/ })
  t.throws(() => readSettings({ command, clause: 'D99' }, ids), { message: /^clause must be 'D1' or/ })
  t.throws(() => readSettings({ command, level: 'WILL' as 'MAY' }, ids), { message: /^level must be 'MUST' or 'SHOULD' or 'MAY', but is 'WILL'/ })
  t.throws(() => readSettings({ command, path: 'slow' }, ids), { message: /^path must be a path that begins with/ })
  t.throws(() => readSettings({ command, cwd: '' }, ids), { message: /^cwd must be/ })
  t.throws(() => readSettings({ command, lameDuck: 30 }, ids), { message: /^lameDuck must be less than the stop timeout, 30/ })
  t.throws(() => readSettings({ command, clauses: 'D1' } as object as { command: string[] }, ids), { message: /^there is no option clauses/ })
})
