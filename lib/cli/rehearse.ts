import {
  defaults, html, printed, progress, readSettings, rehearse as hold, simulationDefaults, type RehearsalResult, type VerdictName
} from '../rehearsal/index'
import { readArguments } from './arguments'
import { readConfig } from './config-file'
import { usage } from './flags'
import { interruption } from './interruption'
import { mustBeWritable, writeReport } from './report-file'
import { simulate as simulateInstead } from './simulate'
import { ended, type Terminal } from './terminal'

const exitCodes: Readonly<Record<VerdictName, number>> = { PASS: 0, FAIL: 1, INVALID: 3 }
/** As a shell says it: 128 and the number of SIGINT. */
const INTERRUPTED = 130

/** Holds a rehearsal as arguments and file say, and tells of it. Resolves to the exit code. */
export async function rehearse (args: readonly string[], terminal: Terminal): Promise<number> {
  const { options, config, report: named, json, simulate, help } = readArguments(args)
  if (help) return ended(terminal.stdout, usage, 0)
  if (simulate) return await simulateInstead({ options, config, report: named, json }, terminal)
  const file = ofRehearsal(readConfig(config, (given) => readSettings(ofRehearsal({ options: given }).options)))
  const report = named ?? file.report
  if (report !== undefined) mustBeWritable(report)

  const interrupted = interruption()
  const follow = progress(terminal.stderr)
  try {
    const result = await hold({ ...file.options, ...options, signal: interrupted.signal, onEvent: follow })
    if (terminal.stderr.isTTY) terminal.stderr.write('\r\x1b[K')
    say(result, terminal, json)
    if (report !== undefined) writeReport(report, html(result))
    return exitCodes[result.verdict]
  } catch (error) {
    if (terminal.stderr.isTTY) terminal.stderr.write('\r\x1b[K')
    if (interrupted.signal.aborted) return ended(terminal.stderr, 'interrupted: nothing was left running\n', INTERRUPTED)
    throw error
  } finally {
    interrupted.end()
  }
}

/** What is in the file for `--simulate` alone is left aside. */
function ofRehearsal <T extends { readonly options: object }> (config: T): T {
  const isOfBoth = (name: string): boolean => Object.hasOwn(defaults, name) || !Object.hasOwn(simulationDefaults, name)
  return { ...config, options: Object.fromEntries(Object.entries(config.options).filter(([name]) => isOfBoth(name))) }
}

function say (result: RehearsalResult, { stdout, stderr }: Terminal, json: boolean): void {
  const screen = json ? stderr : stdout
  screen.write(`${printed(result, { coloured: screen.isTTY === true && !process.env.NO_COLOR })}\n`)
  if (json) stdout.write(`${JSON.stringify(result)}\n`)
}
