// Runs the unit suite, coverage off, on other versions of Node than the one at hand; one line for each.
// Arguments: the major versions; with none those that we promise besides 20. The Nodes come from npm and stay in .nodes:
// as development dependencies they would be first on PATH in every npm script, and silently change what the tests run on.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'

const given = process.argv.slice(2)
const versions = given.length > 0 ? given : ['22', '24', '26']
const bin = (version) => resolve('.nodes/node_modules', `node${version}`, 'bin')

if (!versions.every((version) => existsSync(bin(version)))) {
  const packages = versions.map((version) => `node${version}@npm:node-${process.platform}-${process.arch}@${version}`)
  const { status } = spawnSync('npm', ['install', '--prefix', '.nodes', '--no-audit', '--no-fund', ...packages], { stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}

const failed = versions.filter((version) => {
  const PATH = [bin(version), process.env.PATH].join(delimiter)
  const run = (...args) => spawnSync('node', args, { env: { ...process.env, PATH }, encoding: 'utf8', maxBuffer: 2 ** 28 })
  const began = Date.now()
  const { status, stdout, stderr } = run('.ci/tap.mjs', '--no-coverage')
  if (status !== 0) console.log(stdout, stderr)
  const seconds = Math.round((Date.now() - began) / 1_000)
  console.log(`Node ${run('--version').stdout.trim()}: ${stdout.trimEnd().split('\n').at(-1)} (${seconds} s)`)
  return status !== 0
})
process.exit(failed.length > 0 ? 1 : 0)
