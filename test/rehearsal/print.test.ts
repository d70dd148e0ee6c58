import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

import { printed, type PrintOptions } from '../../lib/rehearsal/print'
import type { RehearsalResult } from '../../lib/rehearsal/types'
import { judge } from '../../lib/rehearsal/verdict'

const plain = (result: RehearsalResult, options: PrintOptions = {}): string => printed(result, { ...options, coloured: false })

const records = {
  requests: [{ kind: 'fast', planned: 0, sent: 0, ended: 1, status: 200 }],
  tasks: [
    { task: 1, started: 0, signalled: 1_000, exited: 6_049, exitCode: 0, exitSignal: null },
    { task: 2, started: 0, signalled: 1_000, exited: 13_500, exitCode: 0, exitSignal: null },
    { task: 3, started: 500 }
  ]
}
const passing: RehearsalResult = { ...records, seed: 7, order: 'together', verdict: judge(records) }

const failed = {
  requests: Array.from({ length: 12 }, () => ({ kind: 'slow', planned: 0, sent: 0, ended: 1, lost: '502 ECONNREFUSED' })),
  tasks: [{ task: 1, started: 0, signalled: 0, exited: 30_000, exitCode: null, exitSignal: 'SIGKILL' as const }]
}
const failing: RehearsalResult = { ...failed, seed: 7, order: 'health-only', verdict: judge(failed) }

t.test('a result is told line by line, and its last line is the verdict', async (t) => {
  t.strictSame(plain(passing).split('\n'), [
    'order together, seed 7',
    'requests sent  1',
    'requests lost  0',
    'task   SIGTERM to exit   exit',
    '   1             5.0 s   0',
    '   2            12.5 s   0',
    'PASS'
  ])
})

t.test('what was lost stands under its number, and every reason above the verdict', async (t) => {
  t.strictSame(plain(failing).split('\n'), [
    'order health-only, seed 7',
    'requests sent  12',
    'requests lost  12',
    '     12  slow: 502 ECONNREFUSED',
    'task   SIGTERM to exit   exit',
    '   1            30.0 s   SIGKILL',
    '12 of 12 requests were lost',
    '1 of 1 tasks had to be killed at the stop timeout',
    'FAIL'
  ])
})

t.test('who has looked at more adds findings and decides the verdict', async (t) => {
  t.strictSame(plain(passing, { findings: ['orders that are not there: 1'], passed: false }).split('\n').slice(-2), ['orders that are not there: 1', 'FAIL'])
})

t.test('with colours the verdict is green or red, and nothing else is coloured', async (t) => {
  const coloured = (result: RehearsalResult): string => printed(result, { coloured: true })

  t.match(coloured(passing), /\n\x1b\[32mPASS\x1b\[39m$/) // eslint-disable-line no-control-regex
  t.match(coloured(failing), /\n\x1b\[31mFAIL\x1b\[39m$/) // eslint-disable-line no-control-regex
  t.equal(coloured(passing).split('\x1b').length, 3)
})

t.test('piped there is no colour, even where picocolors would have some', async (t) => {
  const script = "console.log(require('./lib/rehearsal/print.ts').printed(JSON.parse(process.argv[1])))"
  const { PATH } = process.env

  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script, JSON.stringify(passing)], {
    cwd: join(__dirname, '../..'), env: { PATH, CI: 'true' }
  })

  t.equal(stdout.split('\n').at(-2), 'PASS')
  t.notMatch(stdout, '\x1b')
})
