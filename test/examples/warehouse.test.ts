import t, { type Test } from 'tap'

import { startDatabases } from '../../examples/checkout/databases'
import { rehearseCheckout, type CheckoutResult } from '../../examples/checkout/rehearsal'
import { startQueue } from '../../examples/worker/queue'

/** One deployment of the warehouse while orders come in, one task of each kind. The package must have been built. */
async function deployed (t: Test, graceful: boolean): Promise<CheckoutResult> {
  const databases = await startDatabases()
  t.teardown(() => databases.stop())
  // What the naive worker strands is waited for: not for long.
  const queue = await startQueue({ fifo: graceful, visibilityTimeoutSeconds: graceful ? 60 : 5 })
  t.teardown(() => queue.stop())
  return await rehearseCheckout({ databases, queue, graceful, options: { order: 'together', rate: 20, tasks: 1, probes: false } })
}

t.test('a deployment of the warehouse loses no work and repeats none', async (t) => {
  const { result } = await deployed(t, true)

  const { work } = result.runs[0]!
  t.ok(work!.published > 20)
  t.match(work, { done: work!.published, lost: [], duplicated: [], startedTwice: [], outOfOrder: [] })
})

t.test('the naive worker repeats some, or the rehearsal would be blind', async (t) => {
  const { result, passed } = await deployed(t, false)

  t.notOk(passed)
  t.ok(result.runs[0]!.work!.startedTwice.length > 0)
})
