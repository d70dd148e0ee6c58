import t from 'tap'

import { Checkers } from '../../lib/core/checkers'

const node = '10.0.1.17'

function probed (...probes: Array<[address: string, now: number]>) {
  const checkers = new Checkers()
  for (const [address, now] of probes) checkers.probed(address, now)
  return checkers
}

t.test('nobody has probed at the start', async (t) => {
  t.strictSame(new Checkers().all(), [])
})

t.test('each address is a checker of its own', async (t) => {
  const checkers = probed([node, 1_000], ['10.0.2.5', 1_200], [node, 6_000])

  t.strictSame(checkers.all().map(({ probes }) => probes), [[1_200], [1_000, 6_000]])
})

t.test('the last five probes of a checker are kept', async (t) => {
  const checkers = probed(...[1, 2, 3, 4, 5, 6, 7].map((second): [string, number] => [node, second * 1_000]))

  t.strictSame(checkers.all(), [{ probes: [3_000, 4_000, 5_000, 6_000, 7_000], refusals: 0, lastRefusal: 0 }])
})

t.test('refusals are counted for the checker that had them, with the instant of the last', async (t) => {
  const checkers = probed([node, 1_000], ['10.0.2.5', 1_000])

  checkers.refused(node, 1_003)
  checkers.refused(node, 6_004)

  t.strictSame(checkers.all(), [
    { probes: [1_000], refusals: 2, lastRefusal: 6_004 },
    { probes: [1_000], refusals: 0, lastRefusal: 0 }
  ])
})

t.test('a further probe keeps the refusals', async (t) => {
  const checkers = probed([node, 1_000])

  checkers.refused(node, 1_003)
  checkers.probed(node, 6_000)

  t.strictSame(checkers.all(), [{ probes: [1_000, 6_000], refusals: 1, lastRefusal: 1_003 }])
})

t.test('a refusal makes no checker of an address that has never probed', async (t) => {
  const checkers = new Checkers()

  checkers.refused(node, 1_000)

  t.strictSame(checkers.all(), [])
})

t.test('64 checkers are kept, and the one whose last probe is oldest gives way', async (t) => {
  const addresses = Array.from({ length: 64 }, (_, index) => `10.0.0.${index}`)
  const checkers = probed(...addresses.map((address, index): [string, number] => [address, index]))

  checkers.probed('10.0.0.0', 100) // the first is no longer the oldest
  checkers.probed('10.0.9.9', 101)

  const kept = checkers.all().map(({ probes }) => probes)
  t.equal(kept.length, 64)
  t.strictSame(kept[0], [2])
  t.strictSame(kept.slice(-2), [[0, 100], [101]])
})

t.test('what has been handed out does not change afterwards', async (t) => {
  const checkers = probed([node, 1_000])
  const [before] = checkers.all()

  checkers.probed(node, 2_000)
  checkers.refused(node, 2_001)

  t.strictSame(before, { probes: [1_000], refusals: 0, lastRefusal: 0 })
})
