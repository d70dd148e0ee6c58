import t from 'tap'

import { planTimings } from '../../lib/core/timing-plan'
import type { Timings } from '../../types/index'

function plan (options: Partial<Timings>, stopTimeout?: number) {
  const planned = planTimings({ options, environment: { stopTimeout } })
  if ('finding' in planned) throw new Error(planned.finding.message)
  return planned.plan
}

function finding (options: Partial<Timings>) {
  const planned = planTimings({ options })
  if ('plan' in planned) throw new Error('the timings fit')
  return planned.finding
}

const defaults = [
  { stopTimeout: 2_000, drainDelay: 333, quietPeriod: 333, maxDrainDelay: 334, gracePeriod: 333, closeTimeout: 333, safetyMargin: 1_000 },
  { stopTimeout: 30_000, drainDelay: 5_000, quietPeriod: 3_000, maxDrainDelay: 14_500, gracePeriod: 7_500, closeTimeout: 5_000, safetyMargin: 3_000 },
  {
    stopTimeout: 60_000,
    drainDelay: 5_000,
    quietPeriod: 3_000,
    maxDrainDelay: 35_000,
    gracePeriod: 15_000,
    closeTimeout: 5_000,
    safetyMargin: 5_000
  },
  {
    stopTimeout: 120_000,
    drainDelay: 5_000,
    quietPeriod: 3_000,
    maxDrainDelay: 80_000,
    gracePeriod: 30_000,
    closeTimeout: 5_000,
    safetyMargin: 5_000
  }
]

for (const expected of defaults) {
  t.test(`a stop timeout of ${expected.stopTimeout} ms alone gives the whole plan`, async (t) => {
    const { sources, ...timings } = plan({ stopTimeout: expected.stopTimeout })

    t.strictSame(timings, expected)
    t.equal(sources.stopTimeout, 'option')
    t.equal(sources.maxDrainDelay, 'derived')
  })
}

t.test('without a stop timeout Fargate\'s default of 30 s is taken', async (t) => {
  const { stopTimeout, sources } = plan({})

  t.equal(stopTimeout, 30_000)
  t.equal(sources.stopTimeout, 'derived')
})

t.test('an option wins over the environment', async (t) => {
  t.match(plan({ stopTimeout: 20_000 }, 60_000), { stopTimeout: 20_000, sources: { stopTimeout: 'option' } })
  t.match(plan({}, 60_000), { stopTimeout: 60_000, sources: { stopTimeout: 'environment' } })
})

t.test('every stop timeout from 2 s to 10 min gives a plan that fits, in whole milliseconds', async (t) => {
  const stopTimeouts = Array.from({ length: 600 }, (_, index) => 2_000 + index * 997)

  const plans = stopTimeouts.map((stopTimeout) => plan({ stopTimeout }))

  t.strictSame(plans.filter((p) => p.maxDrainDelay + p.gracePeriod + p.closeTimeout + p.safetyMargin > p.stopTimeout), [])
  t.strictSame(plans.filter((p) => p.quietPeriod > p.drainDelay || p.drainDelay > p.maxDrainDelay), [])
  t.strictSame(plans.filter((p) => [p.drainDelay, p.quietPeriod, p.maxDrainDelay, p.gracePeriod, p.closeTimeout, p.safetyMargin]
    .some((duration) => !Number.isInteger(duration) || duration < 0)), [])
})

t.test('given values are kept, and derived ones follow them', async (t) => {
  const given = plan({ stopTimeout: 60_000, gracePeriod: 40_000, maxDrainDelay: 4_000 })

  t.match(given, { gracePeriod: 40_000, maxDrainDelay: 4_000, drainDelay: 4_000, quietPeriod: 3_000 })
  t.equal(plan({ drainDelay: 0 }).quietPeriod, 0)
})

t.test('timings beyond the stop timeout are found with the sum written out and both ways to mend it', async (t) => {
  const found = finding({ stopTimeout: 30_000, maxDrainDelay: 20_000, gracePeriod: 10_000 })

  t.match(found, { needed: 38_000, stopTimeout: 30_000 })
  t.match(found.message, 'maxDrainDelay 20000 + gracePeriod 10000 + closeTimeout 5000 + safetyMargin 3000 = 38000 ms')
  t.match(found.message, 'raise stopTimeout to 38000')
  t.match(found.message, 'take 8000 ms off')
})

t.test('a grace period that leaves no lame duck is found, not shortened', async (t) => {
  t.match(finding({ gracePeriod: 20_000 }).message, 'drainDelay 5000 + gracePeriod 20000 + closeTimeout 5000 + safetyMargin 3000 = 33000 ms')
  t.match(finding({ closeTimeout: 29_000 }), { needed: 37_000 })
})

t.test('a quiet period above the drain delay, and a drain delay above its limit, are found', async (t) => {
  t.match(finding({ drainDelay: 1_000, quietPeriod: 2_000 }).message, 'quietPeriod 2000 ms is longer than drainDelay 1000 ms')
  t.match(finding({ drainDelay: 5_000, maxDrainDelay: 4_000 }).message, 'drainDelay 5000 ms is longer than maxDrainDelay 4000 ms')
})

t.test('a plan is frozen', async (t) => {
  t.ok(Object.isFrozen(plan({})))
  t.ok(Object.isFrozen(plan({}).sources))
})
