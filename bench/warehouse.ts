// npm run rehearse:workers: deploys the warehouse again and again while orders come in, and sums up what became of them. Exit code 0 if every
// run passed and every naive one was found out, else 1.
import { parseArgs } from 'node:util'

import type { RehearsalResult, WorkResult } from 'fastify-ecs-graceful/rehearsal'
import { startDatabases } from '../examples/checkout/databases'
import { rehearseCheckout } from '../examples/checkout/rehearsal'
import { workload } from '../examples/checkout/workload'
import { startQueue } from '../examples/worker/queue'

const USAGE = `npm run rehearse:workers -- [options]
  --queue NAME standard or fifo; both, unless it is given
  --seeds N    runs of each kind of queue (5)
  --seed N     the first (1)
  --rate N     orders a second (50)
  --takes N    milliseconds that the longest takes, the shortest a hundred (8000)
  --naive      the worker that most have, instead: it must be found out`

/** Only orders are placed, each for the warehouse. */
function orders (takes: number): typeof workload {
  const body = (route: typeof workload[number]): object => ({ ...route.body as object, takes: 50, fulfilmentTakes: `{int 100 ${takes}}` })
  return workload.filter(({ effect }) => effect).map((route) => ({ ...route, body: body(route) }))
}

async function main (): Promise<number> {
  const number = (value: string): number => Number.isInteger(Number(value)) && Number(value) > 0 ? Number(value) : fail(value)
  const { values } = parseArgs({
    options: {
      queue: { type: 'string' },
      seeds: { type: 'string', default: '5' },
      seed: { type: 'string', default: '1' },
      rate: { type: 'string', default: '50' },
      takes: { type: 'string', default: '8000' },
      naive: { type: 'boolean', default: false }
    }
  })
  const [seeds, seed, rate, takes] = [values.seeds, values.seed, values.rate, values.takes].map(number) as [number, number, number, number]
  const kinds = ['standard', 'fifo'].filter((kind) => kind === (values.queue ?? kind))
  if (kinds.length === 0) throw new Error(`--queue must be standard or fifo, but is ${values.queue}\n${USAGE}`)
  let good = true
  for (const kind of kinds) {
    for (let index = 0; index < seeds; index++) {
      const databases = await startDatabases()
      const queue = await startQueue({ fifo: kind === 'fifo' })
      try {
        const routes = orders(takes).map((route) => ({ ...route, work: true }))
        const options = { rate, seed: seed + index, order: ['together', 'signal-first'] as const, routes }
        const { result, broken } = await rehearseCheckout({ databases, queue, graceful: !values.naive, options })
        const { work } = result.runs[0]!
        const sound = isSound(work!) && broken.length === 0
        if (sound === values.naive) good = false
        const unfulfilled = broken.length > 0 ? ` ${broken.length} not fulfilled once` : ''
        process.stdout.write(`${kind} seed ${seed + index}: ${line(work!, result)}${unfulfilled}\n`)
      } finally {
        await queue.stop()
        await databases.stop()
      }
    }
  }
  return good ? 0 : 1
}

function isSound ({ lost, duplicated, startedTwice, stranded, outOfOrder }: WorkResult): boolean {
  return [lost, duplicated, startedTwice, stranded, outOfOrder].every(({ length }) => length === 0)
}

function line ({ published, done, handedBack, backWithin, ...faults }: WorkResult, { verdict, runs }: RehearsalResult): string {
  const workers = runs[0]!.tasks.flatMap(({ worker, stop }) => worker && stop ? [stop] : [])
  const longest = Math.max(...workers.flatMap(({ signalled, exited }) => exited === undefined ? [] : [exited - signalled!]))
  const found = [
    `${faults.lost.length} lost`, `${faults.duplicated.length} done twice`, `${faults.startedTwice.length} begun twice`,
    `${faults.stranded.length} stranded`, `${faults.outOfOrder.length} groups out of order`
  ]
  const back = backWithin ? ` (within ${Math.round(backWithin.max)} ms)` : ''
  return `${verdict} ${done} of ${published} done, ${found.join(', ')}; ${handedBack} handed back${back} in ${workers.length} stops of at most ${(longest / 1_000).toFixed(1)} s`
}

function fail (value: string): never {
  throw new Error(`a number must be whole and more than 0, but is ${value}\n${USAGE}`)
}

main().then((code) => { process.exitCode = code }, (error: Error) => {
  console.error(error.message)
  process.exitCode = 2
})
