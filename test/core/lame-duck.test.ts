import t from 'tap'

import type { Checker } from '../../lib/core/checkers'
import { reasonToLeave, type HealthCheckHabits, type Outlook } from '../../lib/core/lame-duck'

const timings = {
  stopTimeout: 30_000, drainDelay: 5_000, quietPeriod: 3_000, maxDrainDelay: 14_500, gracePeriod: 7_500, closeTimeout: 5_000, safetyMargin: 3_000
}
const habits: HealthCheckHabits = { unhealthyThreshold: 2 }

/** The signal came at 100 000; `age` is the time since, and a request or probe is given by its own age at that. */
function leaves (age: number, seen: Partial<Pick<Outlook, 'lastRequest' | 'checkers'>> = {}, of: HealthCheckHabits = habits) {
  const since = 100_000
  return reasonToLeave(timings, of, { now: since + age, since, lastRequest: since, checkers: [], ...seen })
}

/** Probes every 5 s since before the signal; the last one, answered with the last of `refusals`, at `last`. */
function checker (last: number, refusals: number, lastRefusal = last): Checker {
  return { probes: [last - 10_000, last - 5_000, last], refusals, lastRefusal }
}

t.test('without traffic or checkers it leaves at the drain delay, because it is quiet', async (t) => {
  t.equal(leaves(4_999), undefined)
  t.equal(leaves(5_000), 'quiet')
})

t.test('a request keeps it for the quiet period', async (t) => {
  const seen = { lastRequest: 104_000 }

  t.equal(leaves(6_999, seen), undefined)
  t.equal(leaves(7_000, seen), 'quiet')
})

t.test('traffic that goes on keeps it to the limit and no longer', async (t) => {
  t.equal(leaves(14_499, { lastRequest: 114_499 }), undefined)
  t.equal(leaves(14_500, { lastRequest: 114_500 }), 'limit')
})

t.test('quiet at the very limit is called quiet', async (t) => {
  t.equal(leaves(14_500, { lastRequest: 111_500 }), 'quiet')
})

t.test('a checker that has had one 503 too few keeps it', async (t) => {
  t.equal(leaves(6_000, { checkers: [checker(105_000, 1)] }), undefined)
  t.equal(leaves(6_000, { checkers: [checker(105_000, 2)] }), 'told')
})

t.test('as many 503s as the balancer needs must have gone out', async (t) => {
  const checkers = [checker(105_000, 4)]

  t.equal(leaves(6_000, { checkers }, { unhealthyThreshold: 5 }), undefined)
  t.equal(leaves(6_000, { checkers }, { unhealthyThreshold: 4 }), 'told')
})

t.test('each checker must be told', async (t) => {
  t.equal(leaves(6_000, { checkers: [checker(105_000, 2), checker(104_000, 1)] }), undefined)
  t.equal(leaves(6_000, { checkers: [checker(105_000, 2), checker(104_000, 2)] }), 'told')
})

t.test('told is not enough while requests arrive', async (t) => {
  t.equal(leaves(6_000, { lastRequest: 105_900, checkers: [checker(105_000, 2)] }), undefined)
})

t.test('quiet is not enough while a checker is untold, up to the limit', async (t) => {
  t.equal(leaves(14_499, { checkers: [checker(114_000, 1)] }), undefined)
  t.equal(leaves(14_500, { checkers: [checker(114_000, 1)] }), 'limit')
})

t.test('what was sent before the last 503 arrived has a round trip to come in', async (t) => {
  const checkers = [checker(105_970, 2, 105_970)]

  t.equal(leaves(6_019, { checkers }), undefined)
  t.equal(leaves(6_020, { checkers }), 'told')
})

t.test('a checker is silent after one and a half of its longest interval seen', async (t) => {
  const checkers = [{ probes: [93_000, 100_000, 101_000], refusals: 0, lastRefusal: 0 }]

  t.equal(leaves(11_500, { checkers }), undefined)
  t.equal(leaves(11_501, { checkers }), 'quiet')
})

t.test('the interval seen counts, not the one that was configured', async (t) => {
  const checkers = [{ probes: [94_000, 100_000], refusals: 0, lastRefusal: 0 }]

  t.equal(leaves(9_001, { checkers }, { intervalSeconds: 300, unhealthyThreshold: 2 }), 'quiet')
})

t.test('a checker seen once is silent after one and a half configured intervals', async (t) => {
  const checkers = [{ probes: [100_000], refusals: 0, lastRefusal: 0 }]

  t.equal(leaves(9_000, { checkers }, { intervalSeconds: 6, unhealthyThreshold: 2 }), undefined)
  t.equal(leaves(9_001, { checkers }, { intervalSeconds: 6, unhealthyThreshold: 2 }), 'quiet')
})

t.test('a checker seen once, with no interval known, is silent after 7 s', async (t) => {
  const checkers = [{ probes: [100_000], refusals: 0, lastRefusal: 0 }]

  t.equal(leaves(7_000, { checkers }), undefined)
  t.equal(leaves(7_001, { checkers }), 'quiet')
})

t.test('no checker is silent before 7 s, however fast it seemed', async (t) => {
  const checkers = [{ probes: [99_000, 100_000], refusals: 0, lastRefusal: 0 }]

  t.equal(leaves(7_000, { checkers }), undefined)
  t.equal(leaves(7_001, { checkers }), 'quiet')
})

t.test('a checker that fell silent before the signal keeps nobody', async (t) => {
  t.equal(leaves(5_000, { checkers: [checker(60_000, 0)] }), 'quiet')
})

t.test('a checker that was told and fell silent since still makes it told', async (t) => {
  t.equal(leaves(12_000, { lastRequest: 109_000, checkers: [checker(104_000, 2)] }), 'told')
})

t.test('without a drain delay a task that nobody checks leaves at once', async (t) => {
  const none = { ...timings, drainDelay: 0, quietPeriod: 0 }

  t.equal(reasonToLeave(none, habits, { now: 100_000, since: 100_000, lastRequest: 100_000, checkers: [] }), 'quiet')
})
