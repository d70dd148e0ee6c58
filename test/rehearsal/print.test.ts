import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pc from 'picocolors'
import t, { type Test } from 'tap'

import type { printed as Printed } from '../../lib/rehearsal/print'
import type { RehearsalResult } from '../../lib/rehearsal/types'
import { judge } from '../../lib/rehearsal/verdict'

/** The module as it is where colours are wanted, or not. */
const printedIn = (t: Test, colours: boolean): typeof Printed =>
  t.mockRequire<{ printed: typeof Printed }>('../../lib/rehearsal/print', { picocolors: pc.createColors(colours) }).printed

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
  const printed = printedIn(t, false)

  t.strictSame(printed(passing).split('\n'), [
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
  const printed = printedIn(t, false)

  t.strictSame(printed(failing).split('\n'), [
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
  const printed = printedIn(t, false)

  t.strictSame(printed(passing, ['orders that are not there: 1'], false).split('\n').slice(-2), ['orders that are not there: 1', 'FAIL'])
})

t.test('with colours the verdict is green or red, and nothing else is coloured', async (t) => {
  const printed = printedIn(t, true)

  t.match(printed(passing), /\n\x1b\[32mPASS\x1b\[39m$/) // eslint-disable-line no-control-regex
  t.match(printed(failing), /\n\x1b\[31mFAIL\x1b\[39m$/) // eslint-disable-line no-control-regex
  t.equal(printed(passing).split('\x1b').length, 3)
})

for (const [where, env] of [['piped', {}], ['under NO_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }]] as const) {
  t.test(`${where} there is no colour`, async (t) => {
    const script = "console.log(require('./lib/rehearsal/print.ts').printed(JSON.parse(process.argv[1])))"
    const { PATH } = process.env // no more of it: what runs the tests may ask for colours

    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '-e', script, JSON.stringify(passing)], {
      cwd: join(__dirname, '../..'), env: { PATH, ...env }
    })

    t.equal(stdout.split('\n').at(-2), 'PASS')
    t.notMatch(stdout, '\x1b')
  })
}
