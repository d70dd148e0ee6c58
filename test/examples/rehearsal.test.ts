import t, { type Test } from 'tap'

import { startDatabases } from '../../examples/checkout/databases'
import { rehearseCheckout, type CheckoutResult } from '../../examples/checkout/rehearsal'

t.jobs = 2

/** One deployment of the checkout, with databases of its own. The package must have been built. */
async function deployed (t: Test, graceful: boolean): Promise<CheckoutResult> {
  const databases = await startDatabases()
  t.teardown(() => databases.stop())
  return await rehearseCheckout({ databases, seed: 1, order: 'together', deployments: 1, rate: 50, graceful })
}

t.test('a deployment of the checkout loses no request and no order', { buffered: true }, async (t) => {
  const { verdict, broken, passed, tasks } = await deployed(t, true)

  t.strictSame({ lost: verdict.lost, broken, passed }, { lost: {}, broken: [], passed: true })
  t.strictSame(tasks.filter(({ signalled }) => signalled).map(({ exitCode }) => exitCode), [0, 0])
})

t.test('the same service without the plugin fails, or the rehearsal would be blind', { buffered: true }, async (t) => {
  const { verdict, passed } = await deployed(t, false)

  t.notOk(passed)
  t.ok(Object.keys(verdict.lost).some((cause) => cause.includes('502')))
})
