// npm run bench:peers: this package beside its peers. Exit code 0 once measured, 1 with --check if a number that is promised is missed,
// 2 if the bench did not run.
import { setMaxListeners } from 'node:events'
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'

import { markdown, plain } from './comparison/cells'
import { contestantsOf, measureCost } from './comparison/cost'
import { installPeers } from './comparison/install'
import { measureLosses } from './comparison/losses'
import { measureBehaviours } from './comparison/perform'
import { publish, storedResults } from './comparison/publish'
import { merged, parts, written, type Part, type Results } from './comparison/results'
import { sections } from './comparison/sections'
import { readSetups } from './comparison/setups'
import { verdict } from './comparison/verdict'
import { startLoader } from './load'
import { machine as thisMachine } from './machine'

const USAGE = `npm run bench:peers -- [options]
  --rounds N   of the cost while ready; three figures of each server in each; one gives no verdict (10)
  --seeds N    of the rehearsals (2)
  --runs N     of each behaviour (2)
  --only NAME  this peer or set-up only; may be repeated
  --part NAME  cost, losses or behaviours only; may be repeated
  --json FILE  writes every figure
  --markdown   prints the tables as docs/peers.md has them
  --write      writes docs/peers.md, docs/pictures and the figures that they are made of; parts that were not measured stay
  --check      exits 1 if a number that is promised is missed`

/** Part by part; what there is so far is handed to `keep` after each. */
async function measure ({ rounds, seeds, runs, only, chosen }: ReturnType<typeof readArguments>, keep: (results: Results) => void): Promise<Results> {
  installPeers()
  const setups = readSetups(only)
  const stopping = setups.filter(({ stops }) => stops)
  const machine = thisMachine()
  const loader = startLoader(machine)
  let results: Results = {
    version: 1,
    node: process.version,
    cpu: machine.cpu,
    cores: machine.cores,
    loader: loader.name,
    rounds,
    seeds,
    parts: {},
    setups,
    cost: [],
    losses: [],
    behaviours: []
  }
  const part = async <Name extends Part>(name: Name, measured: () => Promise<Results[Name]>): Promise<void> => {
    if (!chosen.includes(name)) return
    const before = average()
    const figures = await measured()
    const date = new Date().toISOString().slice(0, 10)
    results = { ...results, [name]: figures, parts: { ...results.parts, [name]: { date, load: [before, average()] } } }
    keep(results)
  }

  await part('cost', () => measureCost(contestantsOf(setups), rounds, machine, loader, (round) => say(`cost: round ${round} of ${rounds}`)))
  await loader.stop()
  await part('losses', () => measureLosses(stopping, { seeds, progress: say }))
  await part('behaviours', () => measureBehaviours(stopping, runs, undefined, (title) => say(`behaviour: ${title}`)))
  return results
}

/** How many processes wanted a core, over the last minute. */
function average (): number {
  return Number(loadavg()[0]!.toFixed(1))
}

async function main (): Promise<number> {
  const settings = readArguments()
  const results = await measure(settings, (sofar) => {
    if (settings.json !== undefined) writeFileSync(settings.json, written(sofar))
  })
  for (const cells of Object.values(sections(results))) console.log(`${settings.markdown ? markdown(cells) : plain(cells)}\n`)
  if (settings.write) publish(merged(storedResults(), results))
  return settings.check && verdict(results).some(({ met }) => !met) ? 1 : 0
}

function readArguments () {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '10' },
      seeds: { type: 'string', default: '2' },
      runs: { type: 'string', default: '2' },
      only: { type: 'string', multiple: true },
      part: { type: 'string', multiple: true, default: [...parts] },
      json: { type: 'string' },
      markdown: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false }
    }
  })
  const count = (name: 'rounds' | 'seeds' | 'runs'): number => {
    const number = Number(values[name])
    if (!Number.isInteger(number) || number < 1 || number > 1_000) throw new Error(`--${name} must be a whole number from 1 to 1000, but is ${values[name]}\n${USAGE}`)
    return number
  }
  const unknown = values.part.find((part) => !(parts as readonly string[]).includes(part))
  if (unknown !== undefined) throw new Error(`--part must be one of ${parts.join(', ')}, but is ${unknown}\n${USAGE}`)
  if (values.write && values.only) throw new Error(`--write needs all peers, and --only leaves some out\n${USAGE}`)
  return { ...values, rounds: count('rounds'), seeds: count('seeds'), runs: count('runs'), chosen: values.part }
}

function say (progress: string): void {
  process.stderr.write(`${progress}\n`)
}

setMaxListeners(0) // many at once, each with a listener of its own for the end
// Children are killed when this process exits, however it does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

main().then((code) => { process.exitCode = code }, (error: Error) => {
  console.error(error.message)
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE)
  process.exitCode = 2
})
