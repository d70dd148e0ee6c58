// npm run bench:workers: how long a worker takes to stop, and a message that it hands back to be seen by others. The queue is an emulator
// (fauxqs) on this machine: the network between a task and SQS is not in the figures. Exit code 0 if everything was measured.
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import timers from 'node:timers/promises'
import { parseArgs } from 'node:util'

import { columns } from './columns'
import { sideBySide } from './side-by-side'
import { summarise } from './statistics'
import { Stoppable } from './stoppable'

const USAGE = `npm run bench:workers -- [options]
  --runs N  of each figure (10)`

/** Of the polls, the default; in milliseconds. */
const WAIT = 5_000
/** With the shortest close timeout and margin that follow from it, the force point is at 7 333 ms. */
const STOP_TIMEOUT = 10_000

/** Most of each run is waiting. */
const AT_ONCE = 3

const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' }
const now = (): number => performance.timeOrigin + performance.now()

interface Bench {
  readonly client: SQSClient
  readonly queueUrl: string
  readonly worker: Stoppable
}

/** From the signal to the line that says that the consumer has stopped; the signals are spread evenly over a poll. */
async function idle ({ worker }: Bench, run: number, runs: number): Promise<number> {
  await timers.setTimeout(WAIT * run / runs)
  worker.stop()
  return Number((await worker.line(({ queue }) => queue === 'bench')).since)
}

/** From a message's being sent, to a poll that the signal has overtaken, to its being received by somebody else. */
async function handedBack (bench: Bench): Promise<number> {
  bench.worker.stop()
  await bench.worker.phase('closing')
  const sent = now()
  await bench.client.send(new SendMessageCommand({ QueueUrl: bench.queueUrl, MessageBody: '0' }))
  return await received(bench) - sent
}

/** From the instant at which a handler was told, at the force point, to its message's being received by somebody else. */
async function cut (bench: Bench): Promise<number> {
  await bench.client.send(new SendMessageCommand({ QueueUrl: bench.queueUrl, MessageBody: '60000' }))
  await bench.worker.line((line) => line.began === '60000')
  bench.worker.stop()
  const at = await received(bench)
  return at - Number((await bench.worker.line((line) => line.told === '60000')).at)
}

/** When another consumer has received the message. It does not poll before the worker's own poll has had it. */
async function received ({ client, queueUrl: QueueUrl }: Bench): Promise<number> {
  for (;;) {
    const { Messages: [message] = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MessageSystemAttributeNames: ['All'] }))
    if (message && Number(message.Attributes?.ApproximateReceiveCount) > 1) return now()
  }
}

async function main (): Promise<void> {
  const runs = readArguments()
  const { startFauxqs } = await import('fauxqs')
  const emulator = await startFauxqs({ port: 0, logger: false })
  const client = new SQSClient({ region: 'us-east-1', endpoint: emulator.address, credentials })

  const measure = async (name: string, one: (bench: Bench, run: number, runs: number) => Promise<number>): Promise<string[]> => {
    process.stderr.write(`${name}: ${runs} runs\n`)
    const figures = await sideBySide(AT_ONCE, Array.from({ length: runs }, (_, run) => async () => {
      const { queueUrl } = emulator.createQueue(`bench-${name.length}-${run}`)
      const env = { ENDPOINT: emulator.address, QUEUE_URL: queueUrl, NODE_NO_WARNINGS: '1' }
      const worker = new Stoppable({ file: 'worker-server.js', mode: String(STOP_TIMEOUT), env })
      await worker.line((line) => 'polls' in line)
      const figure = await one({ client, queueUrl, worker }, run, runs)
      await worker.exit
      return figure
    }))
    return [name, String(runs), ...[summarise(figures).median, Math.min(...figures), Math.max(...figures)].map((figure) => figure.toFixed(0))]
  }

  const rows = [
    await measure('an idle consumer: SIGTERM to stopped', idle),
    await measure('a message to the last poll: sent to received by another', handedBack),
    await measure('a handler cut at the force point: told to received by another', cut)
  ]
  console.log(columns([[`with polls of ${WAIT} ms; ms`, 'runs', 'median', 'least', 'max'], ...rows]).join('\n'))
  client.destroy()
  await emulator.stop()
}

function readArguments (): number {
  const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' } } })
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1 || runs > 1_000) throw new Error(`--runs must be a whole number from 1 to 1000, but is ${values.runs}\n${USAGE}`)
  return runs
}

main().catch((error: Error) => {
  console.error(error.message)
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE)
  process.exitCode = 2
})
