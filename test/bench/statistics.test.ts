import t from 'tap'

import { differences, summarise } from '../../bench/statistics'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

t.test('the median and the quartiles do not depend on the order of the samples', async (t) => {
  const samples = [5, 1, 4, 2, 3]

  const { count, median, quartiles } = summarise(samples)

  t.strictSame({ count, median, quartiles }, { count: 5, median: 3, quartiles: [2, 4] })
  t.strictSame(samples, [5, 1, 4, 2, 3], 'which are left as they were')
})

t.test('between two samples a quantile lies as far along as its part', async (t) => {
  const { median, quartiles } = summarise([1, 2, 3, 10])

  t.equal(median, 2.5)
  t.strictSame(quartiles, [1.75, 4.75])
})

// The tables of the sign test: for n samples the k-th from either end bounds the median with 95 % at least.
for (const [count, k] of [[6, 1], [8, 1], [9, 2], [10, 2], [20, 6], [25, 8], [40, 14], [1_000, 469], [10_000, 4_902]] as const) {
  t.test(`of ${count} samples those in places ${k} and ${count + 1 - k} bound the 95 % interval of the median`, async (t) => {
    t.strictSame(summarise(upTo(count)).interval, [k, count + 1 - k])
  })
}

t.test('fewer than six samples have no 95 % interval', async (t) => {
  t.equal(summarise(upTo(5)).interval, null)
  t.equal(summarise([1]).interval, null)
})

t.test('differences are taken round by round', async (t) => {
  t.strictSame(differences([10, 21], [9, 22]), [1, -1])
})
