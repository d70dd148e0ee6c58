// npm run rehearse: starts the databases, deploys the checkout under load in every order in which ECS may stop its tasks, and says
// what a user would have seen. The options are those of `fastify-ecs-graceful rehearse`; with --controls also the same service without the
// plugin, which must fail. Exit codes as there.
import { html, printed, progress } from 'fastify-ecs-graceful/rehearsal'
import { readArguments } from '../../lib/cli/arguments'
import { usage } from '../../lib/cli/flags'
import { interruption } from '../../lib/cli/interruption'
import { mustBeWritable, writeReport } from '../../lib/cli/report-file'
import { startDatabases } from './databases'
import { rehearseCheckout, type CheckoutResult } from './rehearsal'
import { startQueue } from '../worker/queue'

async function main (): Promise<number> {
  const { options, report, json, help, config, simulate } = readArguments(process.argv.slice(2))
  if (help) {
    process.stdout.write(usage)
    return 0
  }
  if (config !== undefined || simulate || options.command) throw new Error('the checkout takes no --config, no --simulate and no command')
  if (report !== undefined) mustBeWritable(report)

  const interrupted = interruption()
  const databases = await startDatabases()
  const queue = await startQueue({ fifo: false })
  const say = (text: string): void => { (json ? process.stderr : process.stdout).write(`${text}\n`) }
  const run = async (graceful: boolean): Promise<CheckoutResult> => {
    const watched = { ...options, controls: options.controls && graceful, signal: interrupted.signal, onEvent: progress(process.stderr) }
    const done = await rehearseCheckout({ databases, queue, graceful, options: watched })
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
    say(`${printed(done.result)}\n${orders(done)}`)
    return done
  }

  try {
    const { result, passed } = await run(true)
    if (report !== undefined) writeReport(report, html(result))
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    if (result.verdict === 'INVALID') return 3
    if (options.controls) {
      say('\nThe control: the same service without the plugin. It must fail, or the rehearsal is blind.\n')
      if ((await run(false)).result.proof.lost === 0) return 3
    }
    return passed ? 0 : 1
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    process.stderr.write('interrupted: nothing was left running\n')
    return 130
  } finally {
    interrupted.end()
    await queue.stop()
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
