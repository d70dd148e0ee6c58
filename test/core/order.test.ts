import t from 'tap'

import type { Checker } from '../../lib/core/checkers'
import { before, hadLeft, orderOf } from '../../lib/core/order'
import { planTimings } from '../../lib/core/timing-plan'
import type { Timings } from '../../types/index'
import { FakeTask } from '../helpers/task'

const planned = planTimings({ options: { stopTimeout: 30_000 } })
const plan = (planned as { plan: Timings }).plan
const habits = { unhealthyThreshold: 2 }
const SIGNAL = 100_000

/** A checker that probed every five seconds, the last time at this instant. */
function checker (last: number): Checker {
  return { probes: [last - 10_000, last - 5_000, last], refusals: 0, lastRefusal: 0 }
}

interface Seen { readonly probes?: readonly number[], readonly later?: readonly number[], readonly quietFor?: number, readonly request?: number }

/** What is inferred of probes before the signal and after it, of how quiet it was, and of the last request, relative to the signal. */
function order ({ probes = [], later = probes, quietFor, request }: Seen) {
  const at = (instants: readonly number[]): Checker[] => instants.map((instant) => checker(SIGNAL + instant))
  const seen = before(SIGNAL, at(probes), habits, quietFor)
  return { ...orderOf(seen, at(later), request === undefined ? -Infinity : SIGNAL + request, plan), early: hadLeft(seen, plan) }
}

t.test('probes that had stopped, and no request any more: the target was deregistered first', async (t) => {
  t.match(order({ probes: [-7_600, -9_000] }), {
    order: 'deregister-first', evidence: { probesStopped: true, quietBefore: null, lastRequest: null, lastProbe: null }
  })
})

t.test('a task that was quiet before and after was deregistered first, whether it is still checked or not', async (t) => {
  t.match(order({ probes: [-1_000], later: [9_000], quietFor: 3_000.4 }), {
    order: 'deregister-first', evidence: { probesStopped: false, quietBefore: 3_000, lastProbe: 9_000 }
  })
})

t.test('requests that end within five seconds look like a deregistration at the signal, longer ones like one that came later', async (t) => {
  t.match(order({ probes: [-1_000], request: 5_000 }), { order: 'together', evidence: { lastRequest: 5_000 } })
  t.match(order({ probes: [-1_000], request: 5_001 }), { order: 'signal-first' })
})

t.test('a request after the signal says more than silence before it', async (t) => {
  t.match(order({ probes: [-20_000], quietFor: 20_000, request: 100 }), { order: 'together' })
})

t.test('without traffic, or with probes alone, nothing can be told', async (t) => {
  t.match(order({}), { order: 'unknown', evidence: { probesStopped: null, quietBefore: null, lastRequest: null, lastProbe: null } })
  t.match(order({ probes: [-1_000], later: [4_000] }), { order: 'unknown', evidence: { probesStopped: false, lastProbe: 4_000 } })
  t.match(order({ probes: [-1_000, -20_000] }), { order: 'unknown', evidence: { probesStopped: false } })
  t.match(order({ probes: [-1_000], quietFor: 2_999 }), { order: 'unknown' })
})

t.test('a balancer has left if its probes had stopped and the service was quiet, and only then', async (t) => {
  t.strictSame([
    { probes: [-20_000], quietFor: 3_000 }, { probes: [-20_000], quietFor: 2_999 }, { probes: [-1_000], quietFor: 60_000 },
    { quietFor: 60_000 }, { probes: [-20_000] }
  ].map((seen) => order(seen).early), [true, false, false, false, false])
})

// In a drain

/** A task that its balancer left before the signal, as far as it could see. */
function left (quietFor: number): FakeTask {
  const task = new FakeTask()
  task.serving.quietFor = quietFor
  for (const ago of [25_000, 20_000]) task.checkers.probed('10.0.0.1', task.clock.now() - ago)
  return task
}

t.test('a task that was left before the signal drains in a second', async (t) => {
  const task = left(20_000)

  const report = task.drain()
  await task.until(60_000)

  t.match(await report, { left: 'quiet', durations: { draining: 1_000 }, cause: { order: 'deregister-first', ecs: null, spot: null } })
})

t.test('a checker that has come once, and may come every 30 s, has not stopped before 45 s', async (t) => {
  const probed = (ago: number, habits = { unhealthyThreshold: 2 }) => {
    return before(SIGNAL, [{ probes: [SIGNAL - ago], refusals: 0, lastRefusal: 0 }], habits, 3_000).probesStopped
  }

  t.strictSame([probed(8_000), probed(45_000), probed(45_001)], [false, false, true])
  t.equal(probed(8_000, { unhealthyThreshold: 2, intervalSeconds: 5 } as typeof habits), true)
})

t.test('one request shows that it was not, and the drain is as long as ever', async (t) => {
  const task = left(20_000)

  const report = task.drain()
  await task.until(500)
  task.request()
  await task.until(60_000)

  t.match(await report, { left: 'quiet', durations: { draining: 5_000 }, cause: { order: 'together', evidence: { lastRequest: 500 } } })
})

t.test('a task that saw traffic in the quiet period before the signal drains as long as ever', async (t) => {
  const task = left(2_000)

  const report = task.drain()
  await task.until(60_000)

  t.match(await report, { durations: { draining: 5_000 } })
})
