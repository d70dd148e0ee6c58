// npm run bench:conformance: holds servers against the clauses, and prints a table for docs/conformance.md.
import { clauses, conform, type ClauseOutcome, type ConformanceResult } from 'fastify-ecs-graceful/conformance'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { tableOf } from './table'

const USAGE = `npm run bench:conformance -- [options]
  --server NAME  only this one; may be repeated
  --json FILE    writes the results`

const file = (name: string): string => join(__dirname, 'servers', name)

/** Each as its own documentation has it stop, or as teams do. */
const servers: Readonly<Record<string, readonly string[]>> = {
  'with this plugin': [process.execPath, file('with-plugin.js')],
  'node:http, close()': [process.execPath, file('node-http.js')],
  'Fastify, close()': [process.execPath, file('fastify.js')],
  'Fastify, 5 s, close()': [process.execPath, file('fastify.js'), 'later'],
  'Python ThreadingHTTPServer': ['python3', file('python.py')]
}

async function main (): Promise<void> {
  const { server, json } = parseArgs({ options: { server: { type: 'string', multiple: true }, json: { type: 'string' } } }).values
  const unknown = server?.find((name) => !Object.hasOwn(servers, name))
  if (unknown !== undefined) throw new Error(`there is no server ${unknown}: known are ${Object.keys(servers).join(', ')}\n${USAGE}`)
  const interrupt = new AbortController()
  process.once('SIGINT', () => interrupt.abort(new Error('interrupted')))

  const results: Record<string, ConformanceResult> = {}
  for (const [name, command] of Object.entries(servers).filter(([name]) => server?.includes(name) ?? true)) {
    results[name] = await conform({ command, atOnce: 8, signal: interrupt.signal })
    process.stderr.write(`${name}: ${results[name].verdict}  ${results[name].sentence}\n`)
  }
  const outcomes = Object.entries(results).map(([name, { clauses: own }]): [string, ClauseOutcome[]] => [name, own.map(({ outcome }) => outcome)])
  console.log(tableOf(clauses.map(({ id, level }) => `${id} ${level}`), outcomes))
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results)}\n`)
}

main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 2
})
