// Runs tap, holds the coverage of lib against the gate, and ends with one plain line that any CI can read.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'

const GATE = { lines: 95, branches: 95 }
const TAP = '.tap/run.tap'

const only = process.argv.slice(2)
mkdirSync('.tap', { recursive: true })
const tap = (...args) => spawnSync('npx', ['tap', ...args], { stdio: 'inherit', shell: process.platform === 'win32' }).status ?? 1

let code = tap('--reporter=terse', '--show-full-coverage=false', `--output-file=${TAP}`, '--coverage-report=json-summary', '--no-browser', ...only)

// A part of the suite covers a part of lib: only the whole is held against the gate.
if (only.length === 0) {
  const summary = JSON.parse(readFileSync('.tap/report/coverage-summary.json', 'utf8'))
  for (const [kind, least] of Object.entries(GATE)) {
    const { pct } = summary.total[kind]
    console.log(`coverage of ${kind}: ${pct} % (at least ${least} %)`)
    if (pct < least) code ||= 1
  }
  for (const [file, { lines, branches }] of Object.entries(summary)) {
    if (file !== 'total' && (lines.pct < GATE.lines || branches.pct < GATE.branches)) {
      console.log(`  ${file.slice(process.cwd().length + 1)}: lines ${lines.pct} %, branches ${branches.pct} %`)
    }
  }
}

const counts = readFileSync(TAP, 'utf8').match(/^# \{ total: .*\}$/gm)?.at(-1) ?? ''
const count = (kind) => Number(counts.match(new RegExp(`${kind}: (\\d+)`))?.[1] ?? 0)
console.log(`${count('pass')} passed, ${count('fail')} failed, ${count('skip') + count('todo')} skipped`)
process.exit(code)
