// npm run bench:http2: what the plugin costs a server of HTTP/2 while the task is ready. Exit code 0 once measured, 2 if the bench did not run.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { startHttp2Loader } from './load'
import { machine as thisMachine } from './machine'
import { throughputLines } from './table'
import { measureThroughput } from './throughput'

const USAGE = `npm run bench:http2 -- [options]
  --rounds N   fewer than six give no verdict (20)
  --json FILE  writes all samples`

async function main (): Promise<void> {
  const { rounds, json } = readArguments()
  const machine = thisMachine()
  const loader = startHttp2Loader(machine)
  const throughput = await measureThroughput(rounds, machine, loader, (round) => process.stderr.write(`HTTP/2: round ${round} of ${rounds}\n`))
  await loader.stop()

  const manifest = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string }
  const about = { version: 1, package: manifest.version, node: process.version, machine, rounds }
  if (json !== undefined) writeFileSync(json, JSON.stringify({ ...about, throughput }, null, 2) + '\n')
  process.stdout.write(throughputLines(throughput).join('\n') + '\n')
}

function readArguments () {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' }, json: { type: 'string' } } })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1_000) throw new Error(`--rounds must be a whole number from 1 to 1000, but is ${values.rounds}\n${USAGE}`)
  return { rounds, json: values.json }
}

// Children are killed when this process exits, however it does.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

main().catch((error: Error) => {
  console.error(error.message)
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error(USAGE)
  process.exit(2)
})
