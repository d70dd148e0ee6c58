import { annotations, kinds, lint as hold, printed, type LintResult } from '../lint/index'
import { readSource, STDIN } from './lint-files'
import { lintUsage, readLintArguments } from './lint-flags'
import { ended, type Terminal } from './terminal'

/** Holds files against the rules of the preflight, and tells of it. Resolves to the exit code. */
export async function lint (args: readonly string[], terminal: Terminal): Promise<number> {
  const { files, settings, github, json, help } = readLintArguments(args)
  if (help) return ended(terminal.stdout, lintUsage, 0)

  const sources = []
  for (const file of files) sources.push(await readSource(file, process.stdin))
  const result = hold(sources, settings)
  mustBeUnderstood(result)

  const screen = json ? terminal.stderr : terminal.stdout
  screen.write(`${printed(result, { coloured: screen.isTTY === true && !process.env.NO_COLOR })}\n`)
  if (github || process.env.GITHUB_ACTIONS === 'true') screen.write(annotations(result.findings, (file) => file !== STDIN).map((line) => `${line}\n`).join(''))
  if (json) terminal.stdout.write(`${JSON.stringify(result)}\n`)
  return result.ok ? 0 : 1
}

/** A file of no known kind is a mistake; so are files that hold nothing that could be checked. */
function mustBeUnderstood ({ files, containers, notes }: LintResult): void {
  const strange = files.find((file) => file.kinds.length === 0)
  const understood = `understood are ${kinds.join(', ')}: see fastify-ecs-graceful lint --help`
  if (strange) throw new Error(`${strange.file} holds nothing that is understood; ${understood}`)
  if (containers.length > 0) return
  const why = notes.length === 0 ? '' : ` (${notes.join('; ')})`
  throw new Error(`there is no container in ${files.map(({ file }) => file).join(', ')}${why}: a task definition is needed; ${understood}`)
}
