import t from 'tap'

import { isSpot, readStanding } from '../../lib/ecs/spot'

t.test('Fargate on demand is never taken away by Spot, with its capacity provider or without one', async (t) => {
  t.equal(isSpot({ capacityProvider: 'FARGATE', launchType: 'FARGATE' }), false)
  t.equal(isSpot({ launchType: 'FARGATE' }), false)
})

t.test('on Fargate Spot the stop code says it, or the documented reason; until there is one it is not known', async (t) => {
  const capacityProvider = 'FARGATE_SPOT'

  t.equal(isSpot({ capacityProvider }), null)
  t.equal(isSpot({ capacityProvider, stopCode: 'SpotInterruption' }), true)
  t.equal(isSpot({ capacityProvider, stopCode: 'TerminationNotice' }), true)
  t.equal(isSpot({ capacityProvider, stoppedReason: 'Your Spot Task was interrupted.' }), true)
  t.equal(isSpot({ capacityProvider, stopCode: 'ServiceSchedulerInitiated' }), false)
  t.equal(isSpot({ capacityProvider, stopCode: 'UserInitiated', stoppedReason: 'Task stopped by user' }), false)
})

t.test('an instance may be Spot or not, and its drain comes under a code that does not say', async (t) => {
  for (const standing of [{ launchType: 'EC2' }, { capacityProvider: 'my-instances', launchType: 'EC2' }, { capacityProvider: 'mine', launchType: 'MANAGED_INSTANCES' }, {}]) {
    t.equal(isSpot(standing), null)
    t.equal(isSpot({ ...standing, stopCode: 'ServiceSchedulerInitiated' }), null)
    t.equal(isSpot({ ...standing, stopCode: 'SpotInterruption' }), true)
  }
})

t.test('what is of another type than AWS documents is not known', async (t) => {
  t.strictSame(readStanding({ capacityProviderName: 5, launchType: '', stopCode: ['SpotInterruption'], stoppedReason: null }), {
    capacityProvider: undefined, launchType: undefined, stopCode: undefined, stoppedReason: undefined
  })
  t.equal(isSpot(readStanding(undefined)), null)
})
