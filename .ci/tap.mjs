// Runs tap, holds the coverage of lib against the gate, and ends with one plain line that any CI can read.
// Arguments: the test files to run; with none all of them, and only then is coverage held against the gate.
// With --no-coverage it is not measured at all, for other versions of Node (see nodes.mjs).
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { relative, resolve } from 'node:path'

const LEAST = 95
const TAP = '.tap/run.tap'
const SUMMARY = '.tap/report/coverage-summary.json'
/** Types only: nothing of them is left to be run. */
const TYPES_ONLY = [
  'avvio', 'cdk/application-timings', 'cdk/service-props', 'cdk/task-props', 'cdk/worker-props',
  'core/clock', 'core/preflight/facts', 'core/preflight/rule', 'lint/result', 'options/settings',
  'rehearsal/alb/messages', 'rehearsal/alb/options', 'rehearsal/load/messages', 'rehearsal/load/types', 'rehearsal/targets',
  'sqs/dealings'
]
/** Programs of their own, which tests run as they are built. */
const PROGRAMS = ['rehearsal/controls/server']
const UNSEEN = [...TYPES_ONLY, ...PROGRAMS].map((name) => `lib/${name}.ts`)

const measured = !process.argv.includes('--no-coverage')
const only = process.argv.slice(2).filter((argument) => argument !== '--no-coverage')
const terminal = process.stdout.isTTY === true
mkdirSync('.tap', { recursive: true })
for (const old of [TAP, SUMMARY]) rmSync(old, { force: true })

await import('./fixtures.mjs')
const reporter = terminal ? 'terse' : 'silent'
const npx = (...args) => spawnSync('npx', args, { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1 // null if a signal ended it
const coverage = measured ? ['--coverage-report=json-summary', '--no-browser'] : ['--disable-coverage']
const loader = `--node-arg=--require=${resolve('.ci/typescript.cjs')}`
const status = npx('tap', `--reporter=${reporter}`, `--output-file=${TAP}`, loader, ...coverage, ...only)
const said = existsSync(TAP) ? readFileSync(TAP, 'utf8') : ''
if (!terminal) console.log(plain(said))

const wanting = measured && only.length === 0 ? uncovered() : []
for (const line of wanting) console.log(line)

const counts = said.match(/^# \{ total: .*\}$/gm)?.at(-1) ?? ''
const count = (kind) => Number(counts.match(new RegExp(`${kind}: (\\d+)`))?.[1] ?? 0)
console.log(`${count('pass')} passed, ${count('fail')} failed, ${count('skip') + count('todo')} skipped`)
process.exit(status || (wanting.length > 0 ? 1 : 0))

/** A line for each file, all that is known of what failed, and, since logs are cut, a line for each failure at the end. */
function plain (tap) {
  const lines = tap.split('\n')
  const failing = lines.flatMap((line, index) => /^\s*not ok/.test(line) ? [index] : [])
  const details = failing.map((index) => lines.slice(index, index + 40).map((line) => line.slice(0, 400)))
  return [
    ...lines.filter((line) => /^(not )?ok /.test(line)),
    ...details.map((said) => said.join('\n')),
    ...details.map((said) => said.map((line) => line.trim()).filter((line) => line !== '').join(' ').slice(0, 600))
  ].join('\n')
}

/** What is below the gate, in all of lib: a file that no test has loaded is not covered at all. */
function uncovered () {
  if (!existsSync(SUMMARY)) return ['no coverage was measured']
  const measures = Object.entries(JSON.parse(readFileSync(SUMMARY, 'utf8'))).map(([file, measured]) => [relative('.', file), measured])
  const covered = new Map(measures.filter(([file]) => file.startsWith('lib/'))) // not dist, nor what children ran of the tests
  const missing = readdirSync('lib', { recursive: true }).map((file) => `lib/${file}`)
    .filter((file) => file.endsWith('.ts') && !UNSEEN.includes(file) && !covered.has(file))
  const percent = (kind) => {
    const sum = (which) => [...covered.values()].reduce((sum, measured) => sum + measured[kind][which], 0)
    return Math.floor(10_000 * sum('covered') / sum('total')) / 100
  }
  console.log(`coverage of lib: ${percent('lines')} % of lines, ${percent('branches')} % of branches`)
  const low = ['lines', 'branches'].filter((kind) => !(percent(kind) >= LEAST))
  return [...low.map((kind) => `${kind} must be covered to ${LEAST} %`), ...missing.map((file) => `no test has loaded ${file}`)]
}
