import t from 'tap'

import { readSettings } from '../../../lib/rehearsal/settings'
import { cameBack, expectedLoss, judge } from '../../../lib/rehearsal/verdict/index'
import type { ControlResult, ForwardRecord, Order, RehearsalOptions, RequestRecord, RunResult, StopRecord, TaskRecord } from '../../../types/rehearsal'

const settingsOf = (options: RehearsalOptions = {}) => readSettings({ command: ['true'], order: 'together', ...options })
const stop: StopRecord = { order: 'together', decided: 2_000, deregistered: 2_000, lookedAway: [], signalled: 3_000, exited: 8_000, exitCode: 0, exitSignal: null }
const request: RequestRecord = { id: 'a', route: 'GET /', node: 0, planned: 2_500, sent: 2_500, ended: 2_510, status: 200, bytes: 2, class: 'ok', probe: 'x' }

/** A run with one stop, and one request while it went on. */
function runOf ({ requests = [request], stop: changed = {}, order = 'together', ...rest }: Partial<Omit<RunResult, 'tasks'>> & { stop?: Partial<StopRecord>, order?: Order } = {}): RunResult {
  const tasks: TaskRecord[] = [{ task: 1, deployment: 0, states: [], stop: { ...stop, order, ...changed } }]
  return {
    seed: 1,
    duration: 10_000,
    requests,
    forwards: [],
    tasks,
    health: [],
    serverLedger: false,
    duplicates: [],
    cameBack: [],
    lateness: { median: 0, p999: 3, max: 5, unsent: 0 },
    ...rest
  }
}

t.test('nothing lost, and every task gone by itself: PASS, with what the zero proves', async (t) => {
  const { verdict, reasons, proof, orders, sentence } = judge(settingsOf(), [runOf(), runOf()], [])

  t.equal(verdict, 'PASS')
  t.strictSame(reasons, [])
  t.strictSame(proof, { requests: 2, lost: 0, inWindow: 2, stops: 2, perRequest: 1.5, perStop: 1.5 })
  t.match(orders, [{ order: 'together', verdict: 'PASS', stops: 2, seconds: { median: 5, max: 5 }, exits: { 0: 2 } }])
  t.match(sentence, 'No user would have noticed: nothing lost in 2 stops, gone within 5.0 s of SIGTERM.')
})

t.test('a lost request fails its order, and is named by its class', async (t) => {
  const { verdict, reasons, orders, proof } = judge(settingsOf(), [runOf({ requests: [request, { ...request, class: 'cut' }] })], [])

  t.equal(verdict, 'FAIL')
  t.strictSame(reasons, ['together: 1 request was lost: 1 cut'])
  t.match(orders[0], { lost: 1, classes: { cut: 1 } })
  t.strictSame([proof.perRequest, proof.perStop], [null, null])
})

t.test('a task that had to be killed, or went badly, fails its order', async (t) => {
  const killed = judge(settingsOf(), [runOf({ stop: { exitCode: null, exitSignal: 'SIGKILL' } })], [])
  const badly = judge(settingsOf(), [runOf({ stop: { exitCode: 1 } })], [])

  t.strictSame(killed.reasons, ['together: 1 of 1 tasks had to be killed after 30 s'])
  t.strictSame(badly.reasons, ['together: 1 of 1 tasks exited with 1'])
})

t.test('a task that says 143, or dies of the signal without losing anything, went well', async (t) => {
  t.equal(judge(settingsOf(), [runOf({ stop: { exitCode: 143 } })], []).verdict, 'PASS')
  t.equal(judge(settingsOf(), [runOf({ stop: { exitCode: null, exitSignal: 'SIGTERM' } })], []).verdict, 'PASS')
})

t.test('a generator that came late proves nothing, whatever was lost', async (t) => {
  const late = { median: 1, p999: 20, max: 50, unsent: 0 }

  const { verdict, reasons } = judge(settingsOf(), [runOf({ lateness: late, requests: [{ ...request, class: 'cut' }] })], [])

  t.equal(verdict, 'INVALID')
  t.match(reasons[0], /came late in 1 of 1 runs \(p99.9 20 ms, 20 allowed\)/)
  t.equal(judge(settingsOf(), [runOf({ lateness: { ...late, p999: 19.9, unsent: 1 } })], []).verdict, 'INVALID')
})

t.test('an order under which nothing was asked, and a route that was not, prove nothing', async (t) => {
  const routes = [{ name: 'GET /', path: '/' }, { name: 'rare', path: '/rare' }]

  const unseen = judge(settingsOf({ order: ['together', 'signal-first'] }), [runOf()], [])
  const rare = judge(settingsOf({ routes }), [runOf()], [])
  const early = judge(settingsOf(), [runOf({ requests: [{ ...request, planned: 999 }] })], [])

  t.match(unseen, { verdict: 'INVALID', reasons: [/in the order signal-first/] })
  t.match(rare, { verdict: 'INVALID', reasons: [/no request of rare was sent/] })
  t.match(early, { verdict: 'INVALID', reasons: [/in the order together/] })
})

t.test('where probes were asked for and none was sent, or a ledger was needed and none was kept, nothing is proven', async (t) => {
  const routes = [{ name: 'GET /', path: '/', effect: true }]

  t.match(judge(settingsOf(), [runOf({ requests: [{ ...request, probe: undefined }] })], []), { verdict: 'INVALID', reasons: [/no dangerous instant was forced/] })
  t.equal(judge(settingsOf({ probes: false }), [runOf({ requests: [{ ...request, probe: undefined }] })], []).verdict, 'PASS')
  t.match(judge(settingsOf({ routes }), [runOf()], []), { verdict: 'INVALID', reasons: [/the service wrote no ledger/] })
  t.equal(judge(settingsOf({ routes }), [runOf({ serverLedger: true })], []).verdict, 'PASS')
})

t.test('a route that is never to be asked, and a rehearsal without deployments, are not asked for more', async (t) => {
  const routes = [{ name: 'GET /', path: '/' }, { name: 'off', path: '/off', weight: 0 }]

  t.equal(judge(settingsOf({ routes }), [runOf()], []).verdict, 'PASS')
  t.match(judge(settingsOf({ deployments: 0 }), [{ ...runOf(), tasks: [] }], []).reasons, ['nothing was stopped, because deployments is 0'])
})

t.test('a control that did not come out as it must makes everything INVALID', async (t) => {
  const control: ControlResult = { name: 'exit at the signal', expected: 'loss', asExpected: false, requests: 9, lost: 0, sentence: 'exit at the signal: lost 0 of 9' }

  t.match(judge(settingsOf(), [runOf()], [control]), { verdict: 'INVALID', reasons: ['a control did not come out as it must: exit at the signal: lost 0 of 9'] })
  t.equal(judge(settingsOf(), [runOf()], [{ ...control, asExpected: true }]).verdict, 'PASS')
})

t.test('what is lost far from any stop, handled twice, or answered after a refusal is a fault of no order', async (t) => {
  t.match(judge(settingsOf(), [runOf({ requests: [request, { ...request, planned: 500, class: 'cut' }] })], []).reasons, ['1 request was lost that no stop accounts for'])
  t.match(judge(settingsOf(), [runOf({ duplicates: ['a', 'b'] })], []).reasons, ['2 requests were handled more than once'])
  t.match(judge(settingsOf(), [runOf({ cameBack: [1] })], []).reasons, [/answered on a new connection after/])
})

t.test('a task that ended by itself is a fault, also where nothing was lost', async (t) => {
  const run = runOf()
  const tasks: TaskRecord[] = [...run.tasks, { task: 2, deployment: 0, states: [], died: { at: 4_200, exitCode: 1, exitSignal: null } }]

  const { verdict, reasons } = judge(settingsOf(), [{ ...run, tasks }], [])

  t.equal(verdict, 'FAIL')
  t.strictSame(reasons, ['task 2 ended by itself (1) after 4.2 s, though nobody had asked it to'])
})

t.test('what is lost to kill, and to health checks that cannot fit, is shown and not judged', async (t) => {
  const lost = [request, { ...request, class: 'cut' as const }]
  const both = (order: Order, options: RehearsalOptions = {}, stop: Partial<StopRecord> = {}) =>
    judge(settingsOf({ order: ['together', order], ...options }), [runOf(), runOf({ order, requests: lost, stop })], [])
  const killed = both('kill')
  const slow = both('health-only', { healthCheck: '30/5/2' })
  const badly = both('health-only', { healthCheck: '30/5/2' }, { exitCode: 1 })
  const alone = judge(settingsOf({ order: 'kill' }), [runOf({ order: 'kill', requests: lost })], [])
  const fast = judge(settingsOf({ order: 'health-only' }), [runOf({ order: 'health-only', requests: lost })], [])

  t.match(killed, { verdict: 'PASS', orders: [{}, { verdict: 'EXPECTED-LOSS', lost: 1 }], proof: { lost: 1 } })
  t.match(killed.sentence, 'nothing lost in 2 stops (but 1 where expected)')
  t.match(slow, { verdict: 'PASS', orders: [{}, { verdict: 'EXPECTED-LOSS' }] })
  t.match(badly, { verdict: 'FAIL', reasons: [/health-only: losses are expected/, /1 request was lost/, /exited with 1/] })
  t.match(alone, { verdict: 'INVALID', reasons: [/losses are expected in every order/] })
  t.equal(fast.verdict, 'FAIL')
})

t.test('health checks fit where the arithmetic says so', async (t) => {
  const settings = settingsOf()

  t.equal(expectedLoss('health-only', settings), undefined)
  t.match(expectedLoss('health-only', { ...settings, healthCheck: { ...settings.healthCheck, intervalSeconds: 30, timeoutSeconds: 5 } }), /2 × 30 \+ 5 \+ 1 = 66 s/)
  t.match(expectedLoss('health-only', { ...settings, stopTimeout: 20 }), /leaves 9.* s for it/)
})

t.test('a task that answers on a new connection after a refusal came back; one that finishes what it had did not', async (t) => {
  const forward: ForwardRecord = { id: 'a', node: 0, task: 1, at: 0, ended: 1, outcome: 'answered', use: 1 }
  const refused: ForwardRecord = { ...forward, at: 10, ended: 15, outcome: 'refused', use: undefined }

  t.strictSame(cameBack([forward, refused, { ...forward, at: 20 }]), [1])
  t.strictSame(cameBack([forward, refused, { ...forward, at: 20, use: 2 }, { ...forward, task: 2, at: 20 }]), [])
  t.strictSame(cameBack([refused, { ...forward, at: 12 }]), [], 'the refusal was not known yet')
})
