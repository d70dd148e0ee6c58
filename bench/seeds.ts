// npm run rehearse:seeds: rehearses the sample and the checkout again and again, with another seed each time, and sums up.
// Exit code 0 if all passed, 1 if one failed, 2 for wrong usage or a service that does not run, 3 if one proves nothing.
import { rehearse, type LagProfile, type Order, type RehearsalOptions, type RehearsalResult } from 'fastify-ecs-graceful/rehearsal'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

import { startDatabases } from '../examples/checkout/databases'
import { rehearseCheckout } from '../examples/checkout/rehearsal'
import { columns } from './columns'
import { sideBySide } from './side-by-side'
import { summarise } from './statistics'

const USAGE = `npm run rehearse:seeds -- [options]
  --service NAME   sample, checkout or both (both)
  --lag LAG        ideal, normal or harsh; may be repeated (normal and harsh)
  --order ORDER    may be repeated (deregister-first, together, signal-first)
  --seed N         the first (1)
  --seeds N        runs of each service with each lag (10)
  --at-once N      runs side by side (2)
  --rate N         requests a second, in each (100)
  --json FILE      writes what each run came to, with its lost requests`

/** A run that proves nothing, because something else kept the machine from sending in time, is held again. */
const ATTEMPTS = 3

interface Ended {
  readonly service: string
  readonly lag: LagProfile
  readonly seed: number
  readonly result: RehearsalResult
  /** Beside the rehearsal's own verdict: orders that PostgreSQL does not hold as they were answered. */
  readonly broken: readonly string[]
}

async function main (): Promise<number> {
  const { services, lags, orders, seed, seeds, atOnce, rate, json } = readArguments()
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort(new Error('interrupted')))
  const work = services.flatMap((service) => lags.flatMap((lag) => Array.from({ length: seeds }, (_, index) => async () => {
    const options = { lag, order: orders, rate, seed: seed + index, signal: interrupt.signal }
    for (let attempt = 1; ; attempt++) {
      const ended = await hold(service, lag, options)
      const { verdict, sentence, lateness } = ended.result
      const late = `p99.9 ${lateness.p999.toFixed(0)} ms late`
      process.stderr.write(`${service} ${lag} seed ${options.seed}: ${verdict} ${sentence} ${late} ${ended.broken.join(', ')}\n`)
      if (verdict !== 'INVALID' || attempt === ATTEMPTS) return ended
    }
  })))
  const ended = await sideBySide(atOnce, work)
  console.log(table(ended).join('\n'))
  if (json !== undefined) writeFileSync(json, JSON.stringify(ended.map(brief), null, 1) + '\n')
  if (ended.some(({ result, broken }) => result.verdict === 'FAIL' || broken.length > 0)) return 1
  return ended.some(({ result }) => result.verdict === 'INVALID') ? 3 : 0
}

type Options = RehearsalOptions & { readonly seed: number }

/** The checkout has databases of its own in each run: shared ones would have to hold the connections of all fleets. */
async function hold (service: string, lag: LagProfile, options: Options): Promise<Ended> {
  if (service === 'sample') return { service, lag, seed: options.seed, result: await rehearse(options), broken: [] }
  const databases = await startDatabases()
  try {
    const { result, broken } = await rehearseCheckout({ databases, graceful: true, options })
    return { service, lag, seed: options.seed, result, broken }
  } finally {
    await databases.stop()
  }
}

/** What is left of a run when its thousands of good requests are. */
function brief ({ result, ...ended }: Ended): object {
  const requests = result.runs.flatMap((run) => run.requests.filter(({ class: kind }) => kind !== 'ok'))
  return { ...ended, verdict: result.verdict, reasons: result.reasons, orders: result.orders, lateness: result.lateness, requests }
}

function table (ended: readonly Ended[]): string[] {
  const cells = [...new Set(ended.map(({ service, lag }) => `${service} ${lag}`))]
  return columns([
    ['service, lag', 'order', 'runs', 'PASS', 'FAIL', 'INVALID', 'stops', 'lost', 'SIGTERM to exit, p50', 'max', 'p99.9 late, worst'],
    ...cells.flatMap((cell) => {
      const results = ended.filter(({ service, lag }) => `${service} ${lag}` === cell).map(({ result }) => result)
      return [...new Set(results.flatMap(({ orders }) => orders.map(({ order }) => order)))].map((order) => row(cell, order, results))
    })
  ])
}

function row (cell: string, order: Order, results: readonly RehearsalResult[]): string[] {
  const of = results.flatMap(({ orders }) => orders.filter((result) => result.order === order))
  const stops = results.flatMap(({ runs }) => runs.flatMap(({ tasks }) => tasks.flatMap(({ stop }) => stop?.order === order ? [stop] : [])))
  const seconds = stops.map(({ signalled = 0, exited = 0 }) => (exited - signalled) / 1_000)
  const count = (verdict: string): string => String(results.filter((result) => result.verdict === verdict).length)
  return [
    cell, order, String(results.length), count('PASS'), count('FAIL'), count('INVALID'), String(stops.length),
    String(of.reduce((sum, { lost }) => sum + lost, 0)), `${summarise(seconds).median.toFixed(1)} s`, `${Math.max(...seconds).toFixed(1)} s`,
    `${Math.max(...results.map(({ lateness }) => lateness.p999)).toFixed(0)} ms`
  ]
}

function readArguments () {
  const { values } = parseArgs({
    options: {
      service: { type: 'string', default: 'both' },
      lag: { type: 'string', multiple: true, default: ['normal', 'harsh'] },
      order: { type: 'string', multiple: true, default: ['deregister-first', 'together', 'signal-first'] },
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '10' },
      'at-once': { type: 'string', default: '2' },
      rate: { type: 'string', default: '100' },
      json: { type: 'string' }
    }
  })
  const services = values.service === 'both' ? ['sample', 'checkout'] : [values.service]
  if (services.some((service) => service !== 'sample' && service !== 'checkout')) throw new Error(`--service must be sample, checkout or both\n${USAGE}`)
  const count = (name: 'seed' | 'seeds' | 'at-once' | 'rate'): number => {
    const number = Number(values[name])
    if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} must be a whole number from 1 on, but is ${values[name]}\n${USAGE}`)
    return number
  }
  // Orders and lags are checked by the rehearsal, in the first run.
  return {
    services,
    lags: values.lag as LagProfile[],
    orders: values.order as Order[],
    seed: count('seed'),
    seeds: count('seeds'),
    atOnce: count('at-once'),
    rate: count('rate'),
    json: values.json
  }
}

main().then((code) => { process.exitCode = code }, (error: Error) => {
  console.error(error.message)
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE)
  process.exitCode = 2
})
