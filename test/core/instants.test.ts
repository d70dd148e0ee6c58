import t from 'tap'

import { instants, remaining } from '../../lib/core/instants'
import { planTimings } from '../../lib/core/timing-plan'

const planned = planTimings({ options: { stopTimeout: 30_000 } }) as Extract<ReturnType<typeof planTimings>, { plan: unknown }>

t.test('force point and hard stop are fixed by the plan', async (t) => {
  t.strictSame(instants(planned.plan, 1_000), { forcePoint: 23_000, hardStop: 28_000 })
})

t.test('what remains until each is whole, and never less than nothing', async (t) => {
  const fixed = { forcePoint: 23_000, hardStop: 28_000 }

  t.strictSame(remaining(fixed, 1_000.4), { forcePoint: 22_000, hardStop: 27_000 })
  t.strictSame(remaining(fixed, 24_000), { forcePoint: 0, hardStop: 4_000 })
  t.strictSame(remaining(fixed, 30_000), { forcePoint: 0, hardStop: 0 })
})
