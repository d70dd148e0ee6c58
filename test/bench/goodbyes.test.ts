import t from 'tap'

import { goodbyes } from '../../bench/connections/goodbyes'

t.test('clients of a drain are counted by how they ended, and their goodbyes timed from the signal', async (t) => {
  const told = [1_100, 1_600, 2_099, 2_150].map((instant) => ({ told: instant, code: 1012, by: 'FIN' }))

  const seen = goodbyes([...told, { told: null, code: null, by: 'RST' }], 1_000)

  t.strictSame(seen, {
    ends: { FIN: 4, RST: 1 }, closeFrames: { 1012: 4 }, untold: 1, between: [100, 1_150], middleHalf: [475, 1_111.75], peakPerSecond: 3
  })
})
