import pc from 'picocolors'
import t from 'tap'

import { printed, progress } from '../../../lib/rehearsal/report/index'
import { proofSentences } from '../../../lib/rehearsal/report/words'
import type { Proof, RehearsalEvent } from '../../../types/rehearsal'
import { result, run } from './result'

const clean = result(run({ requests: 500 }))
const rude = result(run({ requests: 500, rude: true }))

t.test('the last line printed is the verdict with its sentence, and no other line is longer than told', async (t) => {
  const passed = printed(clean, { coloured: false })
  const failed = printed(rude, { coloured: false, width: 60 })

  t.equal(passed.split('\n').at(-1), `PASS  ${clean.sentence}`)
  t.equal(failed.split('\n').at(-1), `FAIL  ${rude.sentence}`)
  t.ok(failed.split('\n').slice(0, -1).every((line) => line.length <= 60))
  t.ok(passed.split('\n').every((line) => line.length <= 100))
  t.ok(printed(rude, { coloured: false }).split('\n').every((line) => line.length <= 100))
})

t.test('the table by order is aligned', async (t) => {
  const orders = [
    { ...clean.orders[0]!, lost: 1_234, verdict: 'FAIL' as const, seconds: { median: 5.123, max: 12.5 }, exits: { 0: 1, SIGKILL: 1 } },
    { ...clean.orders[1]!, order: 'kill' as const, verdict: 'EXPECTED-LOSS' as const, seconds: null }
  ]

  t.strictSame(printed({ ...clean, orders }, { coloured: false }).split('\n').slice(0, 3), [
    'order             verdict        stops   lost  median s  max s  exits',
    'deregister-first  FAIL               2  1,234      5.12  12.50  1 × 0, 1 × SIGKILL',
    'kill              EXPECTED-LOSS      2      0         –      –  2 × 0'
  ])
})

t.test('causes are told by their numbers, the most frequent first and ten at most', async (t) => {
  const [request] = rude.runs[0]!.requests
  const requests = Array.from({ length: 12 }, (_, cause) => Array.from({ length: 12 - cause }, () => ({ ...request!, class: 'wrong' as const, cause: `cause ${cause}` }))).flat()
  const lines = printed({ ...rude, runs: [{ ...rude.runs[0]!, requests }] }, { coloured: false }).split('\n')
  const told = lines.slice(lines.indexOf('Lost') + 1)

  t.strictSame(told.slice(0, 2), ['12  wrong  cause 0', '11  wrong  cause 1'])
  t.equal(told[10], 'and 2 more causes')
})

t.test('coloured is only the verdict, and only if told so', async (t) => {
  t.notMatch(printed(rude, { coloured: false }), '\x1b')
  t.match(printed(rude, { coloured: true }).split('\n').at(-1), '\x1b[31m')
  t.match(printed(clean, { coloured: true }).split('\n').at(-1), '\x1b[32m')
  t.notMatch(printed(rude, { coloured: true }).split('\n').slice(0, -1).join('\n'), '\x1b')
})

t.test('nothing from outside reaches the terminal as a control sequence', async (t) => {
  const evil = '\x1b[2J\x9b1mgone\rPASS\u202e'
  const requests = rude.runs[0]!.requests.map((request) => ({ ...request, class: 'cut' as const, cause: evil }))
  const text = printed({ ...rude, sentence: evil, reasons: [evil], notes: [evil], runs: [{ ...rude.runs[0]!, requests }] }, { coloured: false })

  t.notMatch(text, /[^\P{Cc}\n]|\u202e/u)
  t.match(text, 'gone PASS')
})

t.test('a result without a run is printed, too', async (t) => {
  const text = printed({ ...result(), verdict: 'INVALID', sentence: 'Nothing can be said.', orders: [], controls: [], notes: [] }, { coloured: false })

  t.equal(text.split('\n')[0], 'No order was performed.')
  t.equal(text.split('\n').at(-1), 'INVALID  Nothing can be said.')
  t.notMatch(text, /NaN|undefined/)
})

t.test('a zero is never said to prove more than it does', async (t) => {
  const proof: Proof = { requests: 900, lost: 0, inWindow: 300, stops: 30, perRequest: 0.01, perStop: 0.1 }
  const said = (change: Partial<Proof>): string => proofSentences({ ...proof, ...change }).join(' ')

  t.match(said({}), 'fewer than 1 % of such requests')
  t.match(said({}), 'fewer than 10 % of stops')
  t.match(said({ stops: 2, perStop: 1.5 }), '2 stops without one are too few')
  t.match(said({ inWindow: 0, perRequest: 1 }), 'this zero says nothing')
  t.equal(said({ lost: 3, perRequest: null, perStop: null }), '3 of 900 requests were lost: there is no zero to weigh.')
})

const load = (at: number, lost = 0): RehearsalEvent => ({ type: 'load', sent: 1_200, answered: 1_198, lost, at })
const task: RehearsalEvent = { type: 'task', task: 2, state: 'STOPPING', order: 'together', at: 12_345 }

function written (screen: { isTTY?: boolean, columns?: number }, ...events: readonly RehearsalEvent[]): string[] {
  const texts: string[] = []
  const tell = progress({ ...screen, write: (text) => texts.push(text) })
  for (const event of events) tell(event)
  return texts
}

t.test('on a terminal the line of the load is rewritten, and what happens goes above it', async (t) => {
  const status = pc.dim('   1.0 s  1,200 sent, 1,198 answered, 0 lost')

  t.strictSame(written({ isTTY: true, columns: 80 }, load(1_000), task),
    [`\r\x1b[K${status}`, `\r\x1b[K  12.3 s  task 2 STOPPING (together)\n${status}`])
})

t.test('on a terminal the line of the load never wraps', async (t) => {
  const [text] = written({ isTTY: true, columns: 20 }, load(1_000, 7))

  t.equal(text, `\r\x1b[K${pc.red('   1.0 s  1,200 sen')}`)
})

t.test('piped, lines follow each other: every change, and the load every five seconds', async (t) => {
  const events: RehearsalEvent[] = [
    { type: 'run', name: 'node server.js', seed: 1 }, load(1_000), load(5_000, 2), task, load(9_999), { ...task, state: 'DEPROVISIONING' },
    { type: 'note', text: 'first\n\x1b[31msecond' }, { type: 'run', name: 'exits at SIGTERM', seed: 1 }, load(5_000)
  ]

  t.strictSame(written({}, ...events), [
    'node server.js, seed 1\n',
    '   5.0 s  1,200 sent, 1,198 answered, 2 lost\n',
    '  12.3 s  task 2 STOPPING (together)\n',
    'note: first second\n',
    'exits at SIGTERM, seed 1\n',
    '   5.0 s  1,200 sent, 1,198 answered, 0 lost\n'
  ])
})
