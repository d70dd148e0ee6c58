// npm run soak: deployments without pause under load, a fault drawn by the seed in each, and what became of every request, piece of work and
// connection. Exit code 0 for PASS, 1 for FAIL, 2 for INVALID, for wrong usage and for a service that does not run.
import { interruption } from '../../lib/cli/interruption'
import { printed, progressLine } from './lines'
import { readArguments, USAGE } from './settings'
import { soak } from './soak'

const CODES = { PASS: 0, FAIL: 1, INVALID: 2 } as const

async function main (): Promise<number> {
  const { settings, json, help } = readArguments(process.argv.slice(2))
  if (help) {
    console.log(USAGE)
    return 0
  }
  const interrupted = interruption()
  try {
    const result = await soak(settings, {
      signal: interrupted.signal,
      onRound: (round) => process.stderr.write(`${progressLine(round)}\n`),
      onNote: (text) => process.stderr.write(`${text}\n`)
    })
    ;(json ? process.stderr : process.stdout).write(`${printed(result)}\n`)
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
    return CODES[result.verdict]
  } catch (error) {
    if (!interrupted.signal.aborted) throw error
    process.stderr.write('interrupted: nothing was left running\n')
    return 130
  } finally {
    interrupted.end()
  }
}

main().then((code) => { process.exitCode = code }, (error: Error) => {
  console.error(error.message)
  process.exitCode = 2
})
