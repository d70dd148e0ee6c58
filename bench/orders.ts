// npm run bench:orders: deploys the sample in every order of events, with balancer nodes that learn as late as any, under a busy
// and under a sparse load. Exit code 0 if all passed, 1 if anything was lost, 2 for wrong usage, 3 if a run proves nothing.
import { printed, rehearse, type RehearsalOptions, type RehearsalResult } from 'fastify-ecs-graceful/rehearsal'
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const USAGE = `npm run bench:orders -- [options]
  --seeds N    runs under each load, with seeds from 1 on (1)
  --json FILE  writes the results`

const routes: RehearsalOptions['routes'] = [{ name: 'fast', path: '/', weight: 4 }, { name: 'slow', path: '/slow/{int 300 800}' }]

/** At one request a second quiet alone is no evidence; what is forced around the signal would make it busier. */
const loads: ReadonlyArray<RehearsalOptions & { rate: number }> = [{ rate: 150 }, { rate: 1, probes: false }]

async function main (): Promise<number> {
  const { seeds, json } = readArguments()
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort(new Error('interrupted')))

  const results: RehearsalResult[] = []
  for (const load of loads) {
    process.stderr.write(`${load.rate} requests a second, ${seeds} seeds\n`)
    const result = await rehearse({
      order: ['deregister-first', 'together', 'signal-first', 'health-only'], lag: 'harsh', routes, seeds, signal: interrupt.signal, ...load
    })
    console.log(`\n${load.rate} requests a second\n${printed(result, { coloured: false })}`)
    results.push(result)
  }
  if (json !== undefined) writeFileSync(json, JSON.stringify(results) + '\n')
  if (results.some(({ verdict }) => verdict === 'FAIL')) return 1
  return results.some(({ verdict }) => verdict === 'INVALID') ? 3 : 0
}

function readArguments (): { seeds: number, json?: string } {
  const { values } = parseArgs({ options: { seeds: { type: 'string', default: '1' }, json: { type: 'string' } } })
  const seeds = Number(values.seeds)
  if (!Number.isInteger(seeds) || seeds < 1 || seeds > 1_000) throw new Error(`--seeds must be a whole number from 1 to 1000, but is ${values.seeds}\n${USAGE}`)
  return { ...values, seeds }
}

main().then((code) => { process.exitCode = code }, (error: Error) => {
  console.error(error.message)
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE)
  process.exitCode = 2
})
