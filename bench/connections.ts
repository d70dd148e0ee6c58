// npm run bench:connections: drains with 10,000 connections, told and cut, and what the plugin keeps in memory for each.
// Exit code 0 if everything was measured, whatever the figures are; 2 if the bench did not run.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { drainWith, scenarios, type Drain } from './connections/drains'
import { obstacle } from './connections/limits'
import { measureMemoryCost } from './connections/memory'
import { connectionsTable, type ConnectionsResults } from './connections/table'
import { machine } from './machine'

const names = [...Object.keys(scenarios), 'memory']

const USAGE = `npm run bench:connections -- [options]
  --connections N  in each scenario (10000)
  --rounds N       of each drain, and twice as many of memory; of which fewer than six give no interval (3)
  --scenario NAME  ${names.join(', ')}; may be repeated (all)
  --json FILE      writes every round`

/** One round of each after the other, so that an hour in which the machine is busy is in all of them. */
async function measure (connections: number, rounds: number, asked: readonly string[]): Promise<ConnectionsResults> {
  const drains: Record<string, Drain[]> = {}
  for (let round = 1; round <= rounds; round++) {
    for (const [key, scenario] of Object.entries(scenarios)) {
      if (!asked.includes(key)) continue
      process.stderr.write(`${scenario.name}: round ${round} of ${rounds}\n`)
      ;(drains[scenario.name] ??= []).push(await drainWith(connections, scenario))
    }
  }
  if (!asked.includes('memory')) return { connections, drains }
  process.stderr.write(`memory: ${2 * rounds} rounds\n`)
  return { connections, drains, memory: await measureMemoryCost(2 * rounds, connections) }
}

async function main (): Promise<void> {
  const { connections, rounds, asked, json } = readArguments()
  const missing = obstacle(connections)
  if (missing !== undefined) throw new Error(missing)

  const results = await measure(connections, rounds, asked)
  const manifest = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string }
  const about = { version: 1, package: manifest.version, node: process.version, machine: machine(), rounds }
  if (json !== undefined) writeFileSync(json, JSON.stringify({ ...about, ...results }, null, 2) + '\n')
  process.stdout.write(connectionsTable(results))
}

function readArguments () {
  const { values } = parseArgs({
    options: {
      connections: { type: 'string', default: '10000' },
      rounds: { type: 'string', default: '3' },
      scenario: { type: 'string', multiple: true, default: names },
      json: { type: 'string' }
    }
  })
  const count = (name: 'connections' | 'rounds', most: number): number => {
    const number = Number(values[name])
    if (Number.isInteger(number) && number >= 1 && number <= most) return number
    throw new Error(`--${name} must be a whole number from 1 to ${most}, but is ${values[name]}\n${USAGE}`)
  }
  const unknown = values.scenario.find((name) => !names.includes(name))
  if (unknown !== undefined) throw new Error(`--scenario must be one of ${names.join(', ')}, but is ${unknown}\n${USAGE}`)
  return { connections: count('connections', 1_000_000), rounds: count('rounds', 1_000), asked: values.scenario, json: values.json }
}

// Children are killed when this process exits, however it does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

main().catch((error: Error) => {
  console.error(error.message)
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE)
  process.exit(2)
})
