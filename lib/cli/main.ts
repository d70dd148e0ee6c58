#!/usr/bin/env node
import { packageVersion } from '../rehearsal/index'
import { run } from './run'
import type { Terminal } from './terminal'

const terminal: Terminal = { stdout: process.stdout, stderr: process.stderr, version: packageVersion() }
// Whoever reads us may leave: `| head` does.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

run(process.argv.slice(2), terminal).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  return 2
}).then((code) => { process.exitCode = code }, () => {})
