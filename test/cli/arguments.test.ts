import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { readArguments } from '../../lib/cli/arguments'
import { readConfig } from '../../lib/cli/config-file'
import { camelCase, flags, usage } from '../../lib/cli/flags'
import { mustBeWritable, writeReport } from '../../lib/cli/report-file'
import { defaults, readSettings } from '../../lib/rehearsal/index'

t.test('flags become the options of the same names, and what follows -- the command', async (t) => {
  const given = ['--order', 'together', '--order', 'kill', '--lag', '2-8', '--stop-timeout', '60', '--health-check', '10/5/2', '--pid1', '--json',
    '--report', 'out.html', '--', 'node', 'server.js', '--tasks', '9']

  t.strictSame(readArguments(given), {
    options: { order: ['together', 'kill'], lag: [2, 8], stopTimeout: 60, healthCheck: '10/5/2', pid1: true, command: ['node', 'server.js', '--tasks', '9'] },
    config: undefined,
    report: 'out.html',
    json: true,
    simulate: false,
    help: false
  })
  t.strictSame(readArguments([]).options, {})
  t.strictSame(readArguments(['--lag', 'harsh']).options, { lag: 'harsh' })
})

t.test('a wrong argument is named', async (t) => {
  t.throws(() => readArguments(['--stop-timout', '3']), { message: /Unknown option '--stop-timout'.*--help/ })
  t.throws(() => readArguments(['--tasks', 'two']), { message: /--tasks must be a number, but is 'two'/ })
  t.throws(() => readArguments(['--tasks']), { message: /--tasks/ })
  t.throws(() => readArguments(['server.js']), { message: /server.js/ })
  t.throws(() => readArguments(['--']), { message: /no command after --/ })
})

t.test('every flag is an option of the API but those of the command line alone, and the usage shows it with its default', async (t) => {
  const names = Object.keys(flags)

  t.strictSame(names.map(camelCase).filter((name) => !Object.hasOwn(defaults, name)), ['simulate', 'config', 'report', 'json', 'help'])
  t.ok(names.every((name) => usage.includes(`--${name} `)))
  t.match(usage, /--stop-timeout S .*\(30\)/)
  t.match(usage, /--order ORDER .*\(deregister-first, together, signal-first\)/)
})

/** The error of reading a configuration file that holds `text`. */
function problem (t: Test, text: string): string {
  const file = join(t.testdir({ 'rehearsal.json': text }), 'rehearsal.json')
  try {
    readConfig(file, readSettings)
    return 'none'
  } catch (error) {
    return (error as Error).message.replace(file, 'rehearsal.json')
  }
}

t.test('a broken file is named with the line and the key', async (t) => {
  t.match(problem(t, '{\n  "tasks": 2,\n  "rate": ,\n}'), /^rehearsal.json:3: this is no JSON/)
  t.match(problem(t, '{\n  "tasks": 2,'), /^rehearsal.json:2: this is no JSON/)
  t.match(problem(t, '{\n"tasks": x,\n  "rate": 100 }'), /^rehearsal.json:2: this is no JSON/)
  t.match(problem(t, '{\n  "tasks": 2\n  "rate": 100 }'), /^rehearsal.json:3: this is no JSON/)
  t.match(problem(t, 'nope'), /^rehearsal.json:1: this is no JSON/)
  t.match(problem(t, '{\n  "tasks": 2,\n  "taks": 3\n}'), /^rehearsal.json:3: there is no option taks: known are/)
  t.match(problem(t, '{\n  "rate": 10,\n\n  "tasks": 0\n}'), /^rehearsal.json:4: tasks must be a whole number from 1 to 20, but is 0/)
  t.match(problem(t, '{\n  "healthCheck": {\n    "intervalSeconds": 1 }\n}'), /^rehearsal.json:3: healthCheck.intervalSeconds must be/)
  t.match(problem(t, '{\n  "report": 3\n}'), /^rehearsal.json:2: report must be the path of a file, but is 3/)
  t.match(problem(t, '[]'), /^rehearsal.json:1: options must be an object/)
})

t.test('a file that was asked for must be there; the usual one need not', async (t) => {
  t.throws(() => readConfig('/nowhere/rehearsal.json', readSettings), { message: /^\/nowhere\/rehearsal.json cannot be read: ENOENT/ })
  t.strictSame(readConfig(undefined, readSettings), { options: {} })
})

t.test('a file gives options, and where the page goes', async (t) => {
  const file = join(t.testdir({ 'rehearsal.json': JSON.stringify({ $schema: 'x', tasks: 3, report: 'out.html', routes: [{ path: '/' }] }) }), 'rehearsal.json')

  t.strictSame(readConfig(file, readSettings), { options: { tasks: 3, routes: [{ path: '/' }] }, report: 'out.html' })
})

t.test('a page that could not be written is refused before the run, and nothing is left of the attempt', async (t) => {
  const folder = t.testdir({ page: 'old' })
  mkdirSync(join(folder, 'taken'))

  t.throws(() => mustBeWritable(join(folder, 'missing/page.html')), { message: /the report cannot be written: ENOENT.*Name another file with --report/ })
  t.throws(() => mustBeWritable(join(folder, 'taken')), { message: /the report cannot be written: EISDIR/ })
  t.doesNotThrow(() => mustBeWritable(join(folder, 'new.html')))
  t.notOk(existsSync(join(folder, 'new.html')))
  t.doesNotThrow(() => mustBeWritable(join(folder, 'page')))
  t.throws(() => writeReport(join(folder, 'taken'), 'page'), { message: /the report cannot be written: EISDIR/ })
  writeFileSync(join(folder, 'page'), '')
})
