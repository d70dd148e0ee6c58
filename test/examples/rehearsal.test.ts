import t, { type Test } from 'tap'

import { startDatabases } from '../../examples/checkout/databases'
import { startQueue } from '../../examples/worker/queue'
import { rehearseCheckout, type CheckoutResult } from '../../examples/checkout/rehearsal'

t.jobs = 2

/** One deployment of the checkout and its warehouse, with databases and a queue of their own. The package must have been built. */
async function deployed (t: Test, graceful: boolean): Promise<CheckoutResult> {
  const databases = await startDatabases()
  t.teardown(() => databases.stop())
  const queue = await startQueue({ fifo: graceful, visibilityTimeoutSeconds: 5 }) // or what the naive worker strands would be waited for for long
  t.teardown(() => queue.stop())
  return await rehearseCheckout({ databases, queue, graceful, options: { order: 'together', rate: 50 } })
}

t.test('a deployment of the checkout loses no request, no order and no work', { buffered: true }, async (t) => {
  const { result, broken, answeredOrders } = await deployed(t, true)

  t.strictSame(result.orders.map(({ order, lost, exits, reasons }) => ({ order, lost, exits, reasons })), [{ order: 'together', lost: 0, exits: { 0: 4 }, reasons: [] }])
  t.match(result.runs[0]!.work, { lost: [], duplicated: [], startedTwice: [], stranded: [], outOfOrder: [] })
  t.strictSame(broken, [])
  t.ok(answeredOrders > 50)
  t.ok(result.runs.every(({ serverLedger, duplicates }) => serverLedger && duplicates.length === 0))
})

t.test('the same services without the plugin fail, or the rehearsal would be blind', { buffered: true }, async (t) => {
  const { result, passed } = await deployed(t, false)

  t.notOk(passed)
  t.ok(result.runs[0]!.work!.startedTwice.length > 0)
  t.ok(result.runs[0]!.requests.some(({ class: kind }) => kind === 'refused' || kind === 'rejected'))
})
