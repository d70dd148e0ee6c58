import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { startLoader } from './load'
import { machine as thisMachine, type Machine } from './machine'
import { measureMemory, type Memory } from './memory'
import { measureStartup, type Startup } from './startup'
import { table } from './table'
import { measureThroughput, type Throughput } from './throughput'

/** What the bench writes with --json. */
export interface Results {
  /** Of this format. */
  readonly version: 1
  readonly package: string
  readonly node: string
  readonly machine: Machine
  readonly loader: string
  readonly rounds: number
  readonly throughput: Throughput
  readonly startup: Startup
  readonly memory: Memory
}

const usage = `What the plugin costs while the task is ready.

  npm run bench -- [--rounds N] [--json FILE] [--check]

  --rounds N   rounds of throughput and of starts; fewer than six give no verdict (default 20, at most 1000)
  --json FILE  writes all samples and summaries; with -, to stdout, and the table goes to stderr
  --check      exits 1 when a target is missed
`

const MEMORY_ROUNDS = 8 // a heap after garbage collection varies little

/** Throughput, then starts, then memory: one thing at a time, so that nothing measured shares the machine with anything of ours. */
async function measure (rounds: number): Promise<Results> {
  const machine = thisMachine()
  const loader = startLoader(machine)
  const throughput = await measureThroughput(rounds, machine, loader, (round) => say(`throughput: round ${round} of ${rounds}`))
  await loader.stop()

  say(`start: ${rounds} rounds`)
  const startup = await measureStartup(rounds, machine)

  say('memory')
  const memory = await measureMemory(Math.min(rounds, MEMORY_ROUNDS), machine)

  const manifest = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string }
  return { version: 1, package: manifest.version, node: process.version, machine, loader: loader.name, rounds, throughput, startup, memory }
}

async function main (): Promise<number> {
  const { rounds, values } = readArguments()
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }

  const results = await measure(rounds)
  const json = JSON.stringify(results, null, 2) + '\n'
  const toStdout = values.json === '-'
  if (toStdout) process.stdout.write(json)
  else if (values.json !== undefined) writeFileSync(values.json, json)
  ;(toStdout ? process.stderr : process.stdout).write(table(results))

  const met = results.throughput.verdict.met && results.startup.met
  return values.check && !met ? 1 : 0
}

function readArguments () {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '20' }, json: { type: 'string' }, check: { type: 'boolean' }, help: { type: 'boolean' } }
  })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1_000) throw new Error(`--rounds must be a whole number from 1 to 1000, not ${values.rounds}`)
  return { rounds, values }
}

function say (progress: string): void {
  process.stderr.write(`${progress}\n`)
}

// Children are killed when this process exits, however it does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

main().then((code) => { process.exitCode = code }, (error: unknown) => {
  console.error(error)
  process.exit(2)
})
