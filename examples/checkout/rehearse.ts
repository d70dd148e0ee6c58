// npm run rehearse: starts the databases, deploys the checkout twice under load, and says what a user would have seen.
// Exit code 0 for PASS, 1 for FAIL, 2 for wrong usage or a service that does not run, 3 where a control did not fail.
import { parseArgs } from 'node:util'

import { printed, progress, type Order } from '../../lib/rehearsal/index'
import { startDatabases } from './databases'
import { rehearseCheckout, type CheckoutRehearsal, type CheckoutResult } from './rehearsal'

const USAGE = `npm run rehearse -- [options]
  --seed N          the run to be had again (1)
  --seeds N         as many runs, with seeds from --seed on (1)
  --order ORDER     deregister-first, together, signal-first or health-only (together)
  --rate N          requests a second (100)
  --deployments N   how often both tasks are replaced (2)
  --controls        also the same service without the plugin, which must fail`

const ORDERS: readonly Order[] = ['deregister-first', 'together', 'signal-first', 'health-only']

async function main (): Promise<number> {
  const { seeds, controls, ...options } = readArguments()
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort(new Error('interrupted')))
  const databases = await startDatabases()
  const run = async (seed: number, graceful: boolean): Promise<CheckoutResult> => {
    const result = await rehearseCheckout({ ...options, seed, graceful, databases, signal: interrupt.signal, onEvent: progress(process.stderr) })
    if (process.stderr.isTTY) process.stderr.write('\n')
    say(result)
    return result
  }

  try {
    const passed: boolean[] = []
    for (let seed = options.seed; seed < options.seed + seeds; seed++) passed.push((await run(seed, true)).passed)
    if (seeds > 1) console.log(`${passed.filter(Boolean).length} of ${seeds} runs passed`)
    if (controls) {
      console.log('\nThe control: the same service without the plugin. It must fail, or the rehearsal is blind.')
      if ((await run(options.seed, false)).passed) {
        console.log('INVALID: the control passed')
        return 3
      }
    }
    return passed.every(Boolean) ? 0 : 1
  } finally {
    await databases.stop()
  }
}

function readArguments (): Pick<CheckoutRehearsal, 'seed' | 'order' | 'rate' | 'deployments'> & { seeds: number, controls: boolean } {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '1' },
      order: { type: 'string', default: 'together' },
      rate: { type: 'string', default: '100' },
      deployments: { type: 'string', default: '2' },
      controls: { type: 'boolean', default: false }
    }
  })
  const order = ORDERS.find((name) => name === values.order)
  if (!order) throw new Error(`--order must be one of ${ORDERS.join(', ')}, but is ${values.order}`)
  const count = (name: 'seed' | 'seeds' | 'rate' | 'deployments'): number => {
    const number = Number(values[name])
    if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} must be a whole number from 1 on, but is ${values[name]}`)
    return number
  }
  return { seed: count('seed'), seeds: count('seeds'), rate: count('rate'), deployments: count('deployments'), order, controls: values.controls }
}

function say (result: CheckoutResult): void {
  const { broken, answeredOrders } = result
  const orders = broken.length === 0
    ? `orders in PostgreSQL exactly once: ${answeredOrders} of ${answeredOrders} answered`
    : [`orders in PostgreSQL that are not as answered: ${broken.length}`, ...broken.slice(0, 10).map((line) => `  ${line}`)].join('\n')
  console.log(printed(result, { findings: [orders], passed: result.passed }))
}

main().then((code) => { process.exitCode = code }, (error: Error) => {
  console.error(error.message)
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE)
  process.exitCode = 2
})
