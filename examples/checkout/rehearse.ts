// npm run rehearse: starts the databases, deploys the checkout under load in every order in which ECS may stop its tasks, and says
// what a user would have seen. The options are those of `fastify-ecs-graceful rehearse`; with --controls also the same service without the
// plugin, which must fail. Exit codes as there.
import { html, printed, progress } from 'fastify-ecs-graceful/rehearsal'
import { readArguments } from '../../lib/cli/arguments'
import { interruption } from '../../lib/cli/interruption'
import { mustBeWritable, writeReport } from '../../lib/cli/report-file'
import { startDatabases } from './databases'
import { rehearseCheckout, type CheckoutResult } from './rehearsal'

async function main (): Promise<number> {
  const { options, report, json } = readArguments(process.argv.slice(2))
  if (report !== undefined) mustBeWritable(report)
  const interrupted = interruption()
  const databases = await startDatabases()
  const run = async (graceful: boolean): Promise<CheckoutResult> => {
    const watched = { ...options, signal: interrupted.signal, onEvent: progress(process.stderr) }
    const done = await rehearseCheckout({ databases, graceful, options: watched })
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
    console.log(printed(done.result))
    console.log(orders(done))
    return done
  }

  try {
    const { result, passed } = await run(true)
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    if (report !== undefined) writeReport(report, html(result))
    if (result.verdict === 'INVALID') return 3
    if (options.controls) {
      console.log('\nThe control: the same service without the plugin. It must fail, or the rehearsal is blind.\n')
      if ((await run(false)).result.proof.lost === 0) return 3
    }
    return passed ? 0 : 1
  } finally {
    interrupted.end()
    await databases.stop()
  }
}

function orders ({ broken, answeredOrders }: CheckoutResult): string {
  return broken.length === 0
    ? `orders in PostgreSQL exactly once: ${answeredOrders} of ${answeredOrders} answered`
    : [`orders in PostgreSQL that are not as answered: ${broken.length}`, ...broken.slice(0, 10).map((line) => `  ${line}`)].join('\n')
}

main().then((code) => { process.exitCode = code }, (error: Error) => {
  console.error(error.message)
  process.exitCode = 2
})
