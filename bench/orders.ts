// npm run bench:orders: deploys a small service in every order of events, under a busy and under a sparse load.
// Exit code 0 if all passed, 1 if anything was lost, 2 for wrong usage or a service that does not run, 3 if the control lost nothing.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import type { Order } from '../lib/rehearsal/index'
import { described } from './losses'
import { machine } from './machine'
import { run, type Cell, type OrdersRun } from './orders-run'
import { ordersTable } from './orders-table'
import { sideBySide } from './side-by-side'

const USAGE = `npm run bench:orders -- [options]
  --seeds N    runs in each cell, with seeds from 1 on (1)
  --controls   also the same service without the plugin, which must lose
  --json FILE  writes all runs, with every lost request and every drain report`

const ORDERS: readonly Order[] = ['deregister-first', 'together', 'signal-first', 'health-only']
const BUSY = 150
/** Rare enough that quiet alone is no evidence. */
const SPARSE = 1
/** Sparse runs wait most of the time; busy ones must not be measured against one another. */
const LOADS = [{ rate: SPARSE, atOnce: 12 }, { rate: BUSY, atOnce: 2 }]
const LOSSES_SHOWN = 20

async function main (): Promise<number> {
  const { seeds, controls, json } = readArguments()
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort(new Error('interrupted')))

  const cells: Cell[] = LOADS.flatMap(({ rate }) => ORDERS.map((order) => ({ order, rate, mode: 'plugin' as const })))
  if (controls) cells.push({ order: 'together', rate: BUSY, mode: 'control' })
  const runs: OrdersRun[] = []
  for (const { rate, atOnce } of LOADS) {
    const work = cells.filter((cell) => cell.rate === rate).flatMap((cell) => Array.from({ length: seeds }, (_, seed) => async () => {
      const done = await run(cell, seed + 1, interrupt.signal)
      process.stderr.write(`${done.mode} ${done.order} ${rate}/s seed ${done.seed}: ${done.losses.length} of ${done.requests} lost\n`)
      return done
    }))
    runs.push(...await sideBySide(atOnce, work))
  }

  if (json !== undefined) writeFileSync(json, JSON.stringify({ version: 1, package: packageVersion(), node: process.version, machine: machine(), runs }, null, 2) + '\n')
  console.log([...ordersTable(cells, runs), ...trace(runs)].join('\n'))
  if (runs.some(({ mode, passed }) => mode === 'plugin' && !passed)) return 1
  if (runs.some(({ mode, losses }) => mode === 'control' && losses.length === 0)) {
    console.log('INVALID: a control lost nothing')
    return 3
  }
  return 0
}

/** Where and when the first requests were lost; the controls are meant to lose. */
function trace (runs: readonly OrdersRun[]): string[] {
  const lines = runs.filter(({ mode }) => mode === 'plugin').flatMap(({ order, rate, seed, losses }) =>
    losses.map((loss) => `${order} ${rate}/s seed ${seed}: ${described(loss)}`))
  const left = lines.length - LOSSES_SHOWN
  return [...lines.slice(0, LOSSES_SHOWN), ...left > 0 ? [`and ${left} more, see --json`] : []]
}

function packageVersion (): string {
  return (JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string }).version
}

function readArguments () {
  const { values } = parseArgs({
    options: { seeds: { type: 'string', default: '1' }, controls: { type: 'boolean', default: false }, json: { type: 'string' } }
  })
  const seeds = Number(values.seeds)
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > 1_000) throw new Error(`--seeds must be a whole number from 1 to 1000, but is ${values.seeds}\n${USAGE}`)
  return { ...values, seeds }
}

main().then((code) => { process.exitCode = code }, (error: Error) => {
  console.error(error.message)
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE)
  process.exitCode = 2
})
