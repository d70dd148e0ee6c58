import t from 'tap'

import { duplicates, isLost, join, lossesByOrder } from '../../../lib/rehearsal/ledger/index'
import type { ClientRecord } from '../../../lib/rehearsal/load/index'
import type { ForwardRecord, ServerRecord, TaskRecord } from '../../../types/rehearsal'

const seen: ClientRecord = {
  id: 'a', route: 'fast', node: 0, planned: 1_000, sent: 1_001, ended: 1_010, status: 200, bytes: 2, whole: true, expected: true, late: false
}
const forward: ForwardRecord = { id: 'a', node: 0, task: 1, at: 1_002, ended: 1_009, outcome: 'answered', status: 200 }
const started: ServerRecord = { task: 1, id: 'a', event: 'start', at: 1_003 }
const done: ServerRecord = { ...started, event: 'effect' }
const stopped: TaskRecord = { task: 1, deployment: 0, states: [], stop: { order: 'together', decided: 900, lookedAway: [] } }

/** The class of the one request that these ledgers tell of. */
function classOf (
  client: Partial<ClientRecord>, balancer: Partial<ForwardRecord> | null = {}, server: ServerRecord[] = [], tasks: TaskRecord[] = []
): string {
  const [request] = join({
    client: [{ ...seen, ...client }], balancer: balancer ? [{ ...forward, ...balancer }] : [], server, tasks, effects: new Set(['order'])
  })
  return request!.class
}

const refusal = { status: 502, expected: false, balancer: 'connection refused' }
const other: ServerRecord = { ...started, id: 'another' }

t.test('what was answered as expected is ok, or late', async (t) => {
  t.equal(classOf({}), 'ok')
  t.equal(classOf({ late: true }), 'late')
})

t.test('what never reached the service is refused', async (t) => {
  t.equal(classOf(refusal, { outcome: 'refused' }), 'refused')
  t.equal(classOf({ ...refusal, status: 503 }, { outcome: 'no-target', task: undefined }), 'refused')
})

t.test('what the service may have had is cut, unless its ledger says that it had not', async (t) => {
  t.equal(classOf(refusal, { outcome: 'cut-before-header' }), 'cut')
  t.equal(classOf(refusal, { outcome: 'cut-before-header' }, [started]), 'cut')
  t.equal(classOf(refusal, { outcome: 'cut-before-header' }, [other]), 'refused')
  t.equal(classOf(refusal, { outcome: 'cut-before-header' }, [{ ...other, event: 'effect' }]), 'cut', 'it does not tell of starts')
  t.equal(classOf({ ...refusal, status: 504 }, { outcome: 'timed-out' }, [started]), 'cut')
})

t.test('what the service had done, and nobody was told, is the worst', async (t) => {
  t.equal(classOf(refusal, { outcome: 'cut-before-header' }, [started, done]), 'effect-unseen')
})

t.test('a status of success with half an answer is truncated', async (t) => {
  t.equal(classOf({ whole: false, expected: false }, { outcome: 'cut' }), 'truncated')
})

t.test('503 and 429 are rejections by a task that is being stopped, and wrong answers by any other', async (t) => {
  t.equal(classOf({ status: 503, expected: false }, { status: 503 }, [], [stopped]), 'rejected')
  t.equal(classOf({ status: 429, expected: false }, { status: 429 }, [], [stopped]), 'rejected')
  t.equal(classOf({ status: 503, expected: false }, { status: 503 }), 'wrong')
  t.equal(classOf({ status: 500, expected: false }, { status: 500 }, [], [stopped]), 'wrong')
})

t.test('an answer whose work was never done is lost work, where the service keeps a ledger', async (t) => {
  t.equal(classOf({ route: 'order' }, {}, [started]), 'work-lost')
  t.equal(classOf({ route: 'order' }, {}, [started, done]), 'ok')
  t.equal(classOf({ route: 'order' }), 'ok')
})

t.test('a connection cut by the balancer before any header is judged by who had the request', async (t) => {
  t.equal(classOf({ status: undefined, whole: false, expected: false }, null), 'refused')
  t.equal(classOf({ status: undefined, whole: false, expected: false }, { outcome: 'cut' }), 'cut')
})

t.test('every class but ok and late is a loss', async (t) => {
  const classes = ['ok', 'late', 'refused', 'cut', 'effect-unseen', 'truncated', 'rejected', 'wrong', 'work-lost'] as const
  const request = { id: 'a', route: 'fast', node: 0, planned: 0, sent: 0, ended: 0, bytes: 0 }

  t.strictSame(classes.filter((kind) => isLost({ ...request, class: kind })), classes.slice(2))
})

t.test('what was begun or done twice is a duplicate', async (t) => {
  t.strictSame(duplicates([started, done]), [])
  t.strictSame(duplicates([started, { ...started, task: 2 }]), ['a'])
  t.strictSame(duplicates([started, done, done]), ['a'])
})

t.test('a loss belongs to the stop of its task, else to one that went on at the time, else to nobody', async (t) => {
  const request = { id: 'a', route: 'fast', node: 0, sent: 0, ended: 1_100, bytes: 0, class: 'cut' as const }
  const tasks: TaskRecord[] = [
    { ...stopped, stop: { order: 'together', decided: 1_000, exited: 6_000, lookedAway: [] } },
    { ...stopped, task: 2, stop: { order: 'signal-first', decided: 1_000, exited: 6_000, lookedAway: [] } }
  ]
  const orderOf = (planned: number, task?: number) =>
    [...lossesByOrder({ requests: [{ ...request, planned, ended: planned + 100, task }], tasks }).keys()]

  t.strictSame(orderOf(1_500, 2), ['signal-first'])
  t.strictSame(orderOf(1_500, 3), ['none'], 'a task that nobody was stopping')
  t.strictSame(orderOf(1_500, undefined), ['together'])
  t.strictSame(orderOf(7_500, undefined), ['none'])
  t.strictSame(orderOf(6_900, undefined), ['together'])
})
