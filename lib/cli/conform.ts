import { conform as hold, printed, progressOf, type ConformanceResult, type ConformanceVerdict } from '../conformance/index'
import { conformUsage, readConformArguments } from './conform-flags'
import { interruption } from './interruption'
import { ended, type Terminal } from './terminal'

const exitCodes: Readonly<Record<ConformanceVerdict, number>> = { PASS: 0, FAIL: 1, INCONCLUSIVE: 3 }
/** As a shell says it: 128 and the number of SIGINT. */
const INTERRUPTED = 130

/** Holds a command against the clauses of draining, and tells of it. Resolves to the exit code. */
export async function conform (args: readonly string[], terminal: Terminal): Promise<number> {
  const { options, json, help } = readConformArguments(args)
  if (help) return ended(terminal.stdout, conformUsage, 0)

  const interrupted = interruption()
  try {
    const result = await hold({ ...options, signal: interrupted.signal, onEvent: progressOf(terminal.stderr) })
    say(result, terminal, json)
    return exitCodes[result.verdict]
  } catch (error) {
    if (interrupted.signal.aborted) return ended(terminal.stderr, 'interrupted: nothing was left running\n', INTERRUPTED)
    throw error
  } finally {
    interrupted.end()
  }
}

function say (result: ConformanceResult, { stdout, stderr }: Terminal, json: boolean): void {
  const screen = json ? stderr : stdout
  screen.write(`${printed(result, { coloured: screen.isTTY === true && !process.env.NO_COLOR })}\n`)
  if (json) stdout.write(`${JSON.stringify(result)}\n`)
}
