import t from 'tap'

import { accountWebSockets, heldAgainstReports, type Loss } from '../../bench/soak/account'
import type { RoundResult } from '../../bench/soak/books'
import { causeOf, type Deed } from '../../bench/soak/causes'
import { judgeCycles, leftovers } from '../../bench/soak/cycles'
import { drawRound, kinds, orders } from '../../bench/soak/plan'
import { defaults, readArguments } from '../../bench/soak/settings'
import { difference, slopeOf, type Point } from '../../bench/soak/slope'
import { judgeEnd, type Said } from '../../bench/soak/stops'
import { judge } from '../../bench/soak/verdict'
import { growth, type Sample } from '../../bench/soak/veterans'
import { excuseOf, Work } from '../../bench/soak/work'
import type { TaskRecord } from '../../types/rehearsal'

const rounds = (seed: number, count: number) => Array.from({ length: count }, (_, index) => drawRound(seed, index + 1))

t.test('each fault comes once in as many deployments as there are faults, and each order as often as the others', async (t) => {
  const drawn = rounds(1, kinds.length * orders.length)

  for (let pass = 0; pass < orders.length; pass++) {
    t.strictSame(drawn.slice(pass * kinds.length, (pass + 1) * kinds.length).map(({ fault }) => fault.kind).sort(), [...kinds].sort())
  }
  t.strictSame(orders.map((order) => drawn.filter((round) => round.order === order).length), orders.map(() => kinds.length))
})

t.test('the same seed draws the same soak, another seed another', async (t) => {
  t.strictSame(rounds(3, 20), rounds(3, 20))
  t.notSame(rounds(3, 20), rounds(4, 20))
})

t.test('arguments that are none are refused, with the usage', async (t) => {
  t.match(readArguments(['--minutes', '5', '--fault', 'redis-gone', '--naive', '--json']), {
    settings: { ...defaults, minutes: 5, faults: ['redis-gone'], naive: true }, json: true
  })
  t.throws(() => readArguments(['--minutes', '121']), { message: /--minutes must be a whole number from 1 to 120, but is 121\nnpm run soak/ })
  t.throws(() => readArguments(['--rate', '1.5']), { message: /--rate/ })
  t.throws(() => readArguments(['--fault', 'rain']), { message: /--fault must be one of nothing, / })
})

const lost = { class: 'cut', sent: 900, ended: 1_500 } as const
const forward = { task: 1, at: 900, ended: 1_500, outcome: 'cut-before-header' } as const
const deed = (kind: Deed['kind'], from = 1_000, until = Infinity, task = 1): Deed => ({ task, kind, from, until })

t.test('a loss is a killed task\'s only if that task had it when it was killed, or was sent it when it was dead', async (t) => {
  t.equal(causeOf(lost, forward, [deed('killed')]), 'killed')
  t.equal(causeOf(lost, { ...forward, at: 1_100, outcome: 'refused' }, [deed('killed')]), 'dead')
  t.equal(causeOf(lost, forward, [deed('killed', 2_000)]), 'promised', 'it was lost before')
  t.equal(causeOf(lost, { ...forward, task: 2 }, [deed('killed')]), 'promised', 'another task had it')
  t.equal(causeOf(lost, undefined, [deed('killed')]), 'promised', 'no task had it')
})

t.test('a PostgreSQL that does not answer excuses the service\'s own errors, and what was cut when nothing else was left', async (t) => {
  const error = { class: 'wrong', status: 500, sent: 900, ended: 1_500 } as const

  t.equal(causeOf(error, forward, [deed('postgres-stalled', 1_000, 1_200)]), 'database')
  t.equal(causeOf({ ...error, sent: 20_000, ended: 20_500 }, forward, [deed('postgres-stalled', 1_000, 1_200)]), 'promised', 'long after')
  t.equal(causeOf(lost, forward, [deed('postgres-stalled')]), 'promised', 'a stall cuts nothing')
  t.equal(causeOf(lost, forward, [deed('postgres-silent')], 2_000), 'promised', 'before the force point')
  t.equal(causeOf(lost, forward, [deed('postgres-silent')], 1_400), 'named')
  t.equal(causeOf(lost, { ...forward, cause: 'the deregistration delay is over' }, [deed('postgres-silent')], 2_000), 'delay')
})

t.test('a Redis that is gone, a blocked loop and a second SIGTERM excuse nothing', async (t) => {
  t.equal(causeOf(lost, forward, [deed('redis-gone'), deed('loop-blocked')], 1_400), 'promised')
})

const said: Said = {
  outcome: 'drained',
  exitCode: 0,
  left: 'quiet',
  cut: { requests: [], unnamed: 0, upgraded: 0, work: [] },
  clients: [{ name: 'pg', outcome: 'closed', duration: 1 }, { name: 'redis', outcome: 'closed', duration: 1 }],
  errors: [],
  repeatedSignals: 0,
  webSockets: { told: 0, peakPerSecond: 0 }
}
const stopped = (exitCode: number | null, exitSignal: NodeJS.Signals | null = null): TaskRecord => ({
  task: 1, deployment: 1, states: [], stop: { order: 'together', decided: 0, lookedAway: [], signalled: 1_000, exited: 9_000, exitCode, exitSignal }
})

t.test('requests that a task cut are excused as far as its report names them', async (t) => {
  const loss: Loss = { id: 'a', route: 'GET /', class: 'cut', task: 1, planned: 1, ended: 2, why: 'named' }
  const cut = { ...said.cut, requests: [{ method: 'GET', route: '/', atLeast: 1 }] }
  const ended = judgeEnd(stopped(1), { ...said, outcome: 'cut', exitCode: 1, cut }, [deed('postgres-silent')], true)

  t.strictSame(heldAgainstReports([loss, { ...loss, id: 'b' }], [ended]).map(({ why }) => why), ['named', 'promised'])
})

t.test('a task must go by itself, say so, and name its clients', async (t) => {
  const faults = (record: TaskRecord, report: Said | undefined, ...deeds: Deed[]): readonly string[] => judgeEnd(record, report, deeds, true).faults

  t.strictSame(faults(stopped(0), said), [])
  t.strictSame(faults(stopped(null, 'SIGKILL'), undefined, deed('killed')), [])
  t.strictSame(faults(stopped(null, 'SIGKILL'), undefined), ['task 1 had to be killed', 'task 1 said no report line'])
  t.strictSame(faults(stopped(0), { ...said, clients: [] }), ['task 1 did not name pg', 'task 1 did not name redis'])
  t.strictSame(faults({ ...stopped(0), worker: true }, { ...said, clients: said.clients.slice(0, 1) }), [])
  t.strictSame(faults({ task: 1, deployment: 1, states: [], died: { at: 1, exitCode: 3, exitSignal: null } }, said), [
    'task 1 ended by itself (3)', 'task 1 reported exit code 0, and exited with 3'
  ])
})

t.test('only a task that has lost a database for good may end with 1, and must say what it left', async (t) => {
  const forced: Said = { ...said, outcome: 'cut', exitCode: 1, clients: [{ name: 'pg', outcome: 'forced', duration: 1 }, said.clients[1]!] }

  t.strictSame(judgeEnd(stopped(1), forced, [deed('postgres-silent')], true).faults, [])
  t.strictSame(judgeEnd(stopped(1), forced, [deed('loop-blocked')], true).faults, ['task 1 exited with 1', 'task 1 was cut', 'task 1 left open: pg forced'])
})

t.test('a WebSocket is told, or its cut has a cause, or it is untold', async (t) => {
  const session = { id: 'a', began: 0, opened: 100, ended: 1_500, own: false, code: 1_012 }
  const record = { id: 'a', node: 0, task: 1, at: 0, ended: 1_500, outcome: 'cut' } as const
  const cut = { ...session, code: 1_006 }

  t.match(accountWebSockets([session, { ...cut, own: true }], [record], []), { sessions: 2, told: 1, unexcused: [] })
  t.match(accountWebSockets([cut], [record], [deed('killed')]), { told: 0, cut: { killed: 1, balancer: 0 }, unexcused: [] })
  t.match(accountWebSockets([cut], [{ ...record, cause: 'the deregistration delay is over' }], []), { cut: { balancer: 1 }, unexcused: [] })
  t.strictSame(accountWebSockets([cut], [record], []).unexcused, ['a WebSocket of task 1 was cut with 1006 after 1.5 s'])
  t.strictSame(accountWebSockets([{ ...cut, opened: undefined, problem: 'Unexpected server response: 502' }], [record], []).unexcused, [
    'a WebSocket of task 1 was refused (Unexpected server response: 502) after 1.5 s'
  ])
})

t.test('work that is begun again is excused where a killed worker had it, and no work where it was handed back', async (t) => {
  const work = new Work()
  const told = (task: number, id: string, event: 'start' | 'handed-back' | 'effect' | 'end', at: number) => ({ task, id, event, at })
  const ledger = [told(1, 'a', 'start', 1), told(1, 'a', 'handed-back', 2), told(2, 'a', 'start', 3), told(1, 'b', 'start', 1), told(2, 'b', 'start', 4)]

  work.read([{ task: { ledger } } as never])
  const again = work.takeAgain()

  t.strictSame(again, [{ id: 'b', by: 1, at: 4, failed: false }])
  t.strictSame([[deed('killed', 3)], [deed('killed', 5)], [deed('killed', 3, Infinity, 2)]].map((deeds) => excuseOf(again[0]!, deeds)), ['killed', undefined, undefined])
})

t.test('work that is begun again is excused where its handler had failed without PostgreSQL, and not where it had an effect', async (t) => {
  const work = new Work()
  const told = (id: string, event: 'start' | 'effect' | 'end', at: number) => ({ task: 1, id, event, at })
  const failed = [told('a', 'start', 1), told('a', 'end', 2), told('a', 'start', 3)]
  const done = [told('b', 'start', 4), told('b', 'effect', 5), told('b', 'end', 6), told('b', 'start', 7)]

  work.read([{ task: { ledger: [...failed, ...done] } } as never])
  const again = work.takeAgain()

  t.match(again, [{ id: 'a', failed: true }, { id: 'b', failed: false }])
  t.strictSame(again.map((each) => excuseOf(each, [deed('postgres-silent', 2)])), ['failed', undefined])
  t.strictSame(again.map((each) => excuseOf(each, [deed('redis-gone', 2)])), [undefined, undefined])
})

const noise = [3, -2, 5, -4, 1, -5, 2, 4, -1, -3]
const series = (grows: number): Point[] => Array.from({ length: 40 }, (_, at) => [at, 1_000 + grows * at + noise[at % noise.length]!])

t.test('a slope is found under noise and one hiccup, and its interval tells growth from none', async (t) => {
  const hiccup = series(2).map(([at, value]): Point => [at, at === 20 ? value * 50 : value])
  const growing = slopeOf(hiccup)
  const level = slopeOf(series(0))

  t.ok(growing.interval![0] < 2 && growing.interval![1] > 2 && growing.interval![0] > 1.5)
  t.ok(level.interval![0] <= 0 && level.interval![1] >= 0)
  t.equal(slopeOf(series(1).slice(0, 3)).interval, null, 'too few samples')
  t.match(slopeOf([]), { count: 0, interval: null })
  t.match(slopeOf(difference(series(5), series(3))), { perUnit: 2 })
})

const sample = (at: number, heap: number, more: Partial<Sample> = {}): Sample =>
  ({ at, heap, rss: 1, handles: { Timeout: 2 }, listeners: { exit: 1 }, channels: [], ...more })

t.test('a task has grown if it did, more than the control, and by what matters', async (t) => {
  const grew = (own: number, control: number): boolean => {
    const rows = Array.from({ length: 40 }, (_, at) => [sample(at, own * at + noise[at % 10]!), sample(at, control * at)])
    return growth(rows).find(({ what }) => what === 'heap')!.grew
  }

  t.strictSame([grew(200_000, 0), grew(200_000, 200_000), grew(200, 0), grew(0, -200_000)], [true, false, false, false])
  t.strictSame(growth([]).map(({ grew }) => grew), [false, false, false])
})

t.test('what registering and closing leaves behind is found, unless the control leaves it as well', async (t) => {
  const level = [sample(1, 100), sample(2, 100), sample(3, 100), sample(4, 100)]
  const leaky = [...level.slice(0, 3), sample(4, 100, { listeners: { exit: 3 }, handles: { Timeout: 3 }, channels: ['http.server.request.start'] })]

  t.strictSame(leftovers(leaky[0]!, leaky[3]!), [
    '3 listeners to exit, 1 before', '3 handles of type Timeout, 2 before', 'a subscription to http.server.request.start'
  ])
  t.strictSame(judgeCycles(leaky, level, 4).left.length, 3)
  t.strictSame(judgeCycles(leaky, leaky, 4).left, [])
  t.ok(judgeCycles(Array.from({ length: 30 }, (_, at) => sample(at, 2_000 * at)), Array.from({ length: 30 }, (_, at) => sample(at, 0)), 30).grew)
})

const round: RoundResult = {
  ...drawRound(1, 1),
  struck: true,
  seconds: 20,
  requests: { sent: 100, lost: {}, unexcused: [], twice: [], lateness: { median: 1, p999: 5, max: 5, unsent: 0 }, broken: [], answeredOrders: [] },
  webSockets: { sessions: 1, told: 1, cut: { killed: 0, balancer: 0 }, unexcused: [] },
  ended: [],
  begunAgain: { killed: 0, failed: 0, unexcused: [] },
  veterans: []
}
const sound = { settings: defaults, rounds: [round, round, round], work: { published: 3, unfulfilled: [] }, veterans: null, cycles: null }
const late = { ...round, requests: { ...round.requests, lateness: { ...round.requests.lateness, p999: 400 } } }

t.test('a soak passes if nothing was lost that the promises cover, and fails by each kind of fault', async (t) => {
  const loss: Loss = { id: 'a', route: 'GET /', class: 'cut', planned: 1, ended: 2, why: 'promised' }
  const fault = (changed: Partial<RoundResult>) => judge({ ...sound, rounds: [round, { ...round, number: 2, ...changed }] })

  t.strictSame(judge(sound), { verdict: 'PASS', reasons: [] })
  t.strictSame(fault({ requests: { ...round.requests, lost: { killed: 4 } } }).verdict, 'PASS')
  t.strictSame(fault({ requests: { ...round.requests, unexcused: [loss] } }), {
    verdict: 'FAIL', reasons: ['deployment 2: one request was lost that nothing excuses']
  })
  t.strictSame(fault({ requests: { ...round.requests, twice: ['a', 'b'] } }).reasons, ['deployment 2: 2 requests were handled twice'])
  t.strictSame(fault({ begunAgain: { killed: 3, failed: 2, unexcused: ['a'] } }).reasons, ['deployment 2: one piece of work was begun again'])
  t.strictSame(fault({ webSockets: { ...round.webSockets, unexcused: ['a WebSocket was cut'] } }).reasons, ['deployment 2: a WebSocket was cut'])
  t.strictSame(fault({ ended: [judgeEnd(stopped(2), said, [], false)] }).reasons, ['deployment 2: task 1 exited with 2'])
  t.match(judge({ ...sound, work: { published: 3, unfulfilled: ['a'] } }), { verdict: 'FAIL', reasons: [/1 of 3 answered orders/] })
})

t.test('a soak that could not tell proves nothing', async (t) => {
  const lossy = { ...late, requests: { ...late.requests, twice: ['a'] } }

  t.match(judge({ ...sound, rounds: [] }), { verdict: 'INVALID', reasons: ['there was no deployment'] })
  t.match(judge({ ...sound, rounds: [round, late, late] }), { verdict: 'INVALID', reasons: [/the load came late in 2 of 3/] })
  t.match(judge({ ...sound, rounds: [round, late, round] }), { verdict: 'PASS' }, 'one late deployment of three is no harm by itself')
  t.match(judge({ ...sound, rounds: [round, lossy, round] }), { verdict: 'INVALID', reasons: [/handled twice, but the load came late: run again/] })
  t.match(judge({ ...sound, rounds: [{ ...round, struck: false }] }), { verdict: 'INVALID', reasons: [/never took hold/] })
  t.strictSame(judge({ ...sound, veterans: growth([]) }), { verdict: 'INVALID', reasons: ['there were too few deployments to tell what grows'] })
})
