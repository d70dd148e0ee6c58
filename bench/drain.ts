// npm run bench:drain: how long a stop takes and what it answers, each against the instants that are dangerous for it.
// Exit code 0 if everything was measured and answered, 1 if anything was not answered, 2 if the bench did not run.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { queuedAnswers, uploadAnswers } from './answers'
import { drainTable, type DrainResults } from './drain-table'
import { machine } from './machine'
import { sideBySide } from './side-by-side'
import { idleStop, longRequestStop, toldStop, type Stop } from './stops'

const USAGE = `npm run bench:drain -- [options]
  --runs N     of each stop, and twice as many of each count of answers (10)
  --json FILE  writes every run`

const USUAL_LIMIT = 25_000
const PROBE_INTERVAL = 5_000

const LONG = {
  'an 8 s request in flight': { mode: 'plugin' },
  'the same, "sleep 5 s, close()" with a limit of 25 s': { mode: 'usual', env: { LIMIT: String(USUAL_LIMIT) } },
  'the same, "sleep 5 s, close()" without a limit': { mode: 'usual', env: { LIMIT: 'false' } }
} as const

/** One thing after another, for a busy machine would be in the figures; only the long requests, measured in seconds, run side by side. */
async function measure (runs: number): Promise<DrainResults> {
  const times = async <T>(name: string, count: number, one: (run: number) => Promise<T>, atOnce = 1): Promise<T[]> => {
    process.stderr.write(`${name}: ${count} runs\n`)
    return await sideBySide(atOnce, Array.from({ length: count }, (_, run) => () => one(run)))
  }

  const stops: Record<string, Stop[]> = { 'no traffic, no probes': await times('no traffic', runs, idleStop) }
  for (const [name, options] of Object.entries(LONG)) stops[name] = await times(name, runs, () => longRequestStop(options), runs)
  const apart = (run: number): number => PROBE_INTERVAL * (run + 1) / (runs + 1)
  stops['from the last 503 that two checkers need'] = await times('two checkers', runs, (run) => toldStop(apart(run)))

  const answers = {
    'connections accepted last, after the loop stood still': await times('accept queue', 2 * runs, queuedAnswers),
    'early 401s to running 4 MB uploads': await times('early answers', 2 * runs, uploadAnswers)
  }
  return { stops, answers }
}

async function main (): Promise<number> {
  const { runs, json } = readArguments()
  const results = await measure(runs)
  const manifest = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string }
  const about = { version: 1, package: manifest.version, node: process.version, machine: machine(), runs }
  if (json !== undefined) writeFileSync(json, JSON.stringify({ ...about, ...results }, null, 2) + '\n')
  process.stdout.write(drainTable(results))
  return Object.values(results.answers).flat().every(({ of, answered }) => answered === of) ? 0 : 1
}

function readArguments () {
  const { values } = parseArgs({ options: { runs: { type: 'string', default: '10' }, json: { type: 'string' } } })
  const runs = Number(values.runs)
  if (!Number.isInteger(runs) || runs < 1 || runs > 1_000) throw new Error(`--runs must be a whole number from 1 to 1000, but is ${values.runs}\n${USAGE}`)
  return { runs, json: values.json }
}

// Children are killed when this process exits, however it does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

main().then((code) => { process.exitCode = code }, (error: Error) => {
  console.error(error.message)
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE)
  process.exitCode = 2
})
