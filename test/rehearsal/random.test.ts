import t from 'tap'

import { seeded, within } from '../../lib/rehearsal/random'

const first = (seed: number, stream?: string) => Array.from({ length: 1_000 }, seeded(seed, stream))

t.test('the same seed and stream give the same sequence', async (t) => {
  t.strictSame(first(7, 'load'), first(7, 'load'))
  t.strictSame(first(7), first(7, ''))
})

t.test('another seed gives another sequence, and so does another stream', async (t) => {
  const sequences = [first(1, 'load'), first(2, 'load'), first(1, 'balancer'), first(1, 'rollout'), first(1)]

  t.equal(new Set(sequences.flat()).size, 5_000)
})

t.test('what one stream draws changes nothing in another', async (t) => {
  const alone = first(1, 'load')

  const [load, balancer] = [seeded(1, 'load'), seeded(1, 'balancer')]
  const beside = Array.from({ length: 1_000 }, () => {
    balancer()
    return load()
  })

  t.strictSame(beside, alone)
})

t.test('draws lie from 0 up to 1, and everywhere in between', async (t) => {
  const draws = first(1)

  t.notOk(draws.some((draw) => draw < 0 || draw >= 1))
  for (let tenth = 0; tenth < 10; tenth++) t.ok(draws.filter((draw) => Math.floor(draw * 10) === tenth).length > 50)
})

t.test('a value within a range begins at its least and ends at its most', async (t) => {
  t.equal(within(() => 0, [4, 12]), 4)
  t.equal(within(() => 0.5, [4, 12]), 8)
  t.equal(within(() => 1, [4, 12]), 12)
  t.equal(within(() => 0.7, [3, 3]), 3)
})
