import t, { type Test } from 'tap'

import { startDatabases } from '../../examples/checkout/databases'
import { rehearseCheckout, type CheckoutResult } from '../../examples/checkout/rehearsal'

t.jobs = 2

/** One deployment of the checkout, with databases of its own. The package must have been built. */
async function deployed (t: Test, graceful: boolean): Promise<CheckoutResult> {
  const databases = await startDatabases()
  t.teardown(() => databases.stop())
  return await rehearseCheckout({ databases, graceful, options: { order: 'together', rate: 50 } })
}

t.test('a deployment of the checkout loses no request and no order', { buffered: true }, async (t) => {
  const { result, broken, answeredOrders } = await deployed(t, true)

  t.strictSame(result.orders.map(({ order, lost, exits, reasons }) => ({ order, lost, exits, reasons })), [{ order: 'together', lost: 0, exits: { 0: 2 }, reasons: [] }])
  t.strictSame(broken, [])
  t.ok(answeredOrders > 50)
  t.ok(result.runs.every(({ serverLedger, duplicates }) => serverLedger && duplicates.length === 0))
})

t.test('the same service without the plugin fails, or the rehearsal would be blind', { buffered: true }, async (t) => {
  const { result, passed } = await deployed(t, false)

  t.notOk(passed)
  t.ok(result.runs[0]!.requests.some(({ class: kind }) => kind === 'refused' || kind === 'rejected'))
})
