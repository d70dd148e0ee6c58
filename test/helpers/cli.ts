import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import timers from 'node:timers/promises'
import type { Test } from 'tap'

/** As it is built: the package must have been. */
const BUILT = join(__dirname, '../../dist/cli/main.js')
/** As it is written, and counted by coverage; slower to start. */
const WRITTEN = join(__dirname, '../../lib/cli/main.ts')

/** How often, and how many milliseconds apart, is looked for processes that are about to go. */
const LOOKS = 20
const PAUSE = 50

export interface CliOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly written?: boolean
  /** All that it can read on stdin. */
  readonly input?: string
  /** Sent once, when it has said so on stderr. */
  readonly signalAt?: readonly [text: string, signal: NodeJS.Signals]
}

export interface CliRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** The commands of processes that it started and that still run; where there is no /proc, none are seen. */
  readonly left: readonly string[]
}

/** Runs the command line in a process of its own, and looks for what it leaves behind. */
export async function cli (t: Test, args: readonly string[], { cwd, env, written = false, input, signalAt }: CliOptions = {}): Promise<CliRun> {
  const mark = randomUUID()
  const command = written ? [process.execPath, ...process.execArgv, WRITTEN] : ['env', '-u', 'NODE_OPTIONS', process.execPath, BUILT] // without what tap loads
  const child = spawn(command[0]!, [...command.slice(1), ...args], { cwd, env: { ...process.env, ...env, LEFT_BEHIND: mark, NO_COLOR: '1' } })
  t.teardown(() => child.kill('SIGKILL'))
  if (input !== undefined) child.stdin.end(input)
  const said = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => { said.stdout += text })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const had = said.stderr
    said.stderr += text
    if (signalAt && !had.includes(signalAt[0]) && said.stderr.includes(signalAt[0])) child.kill(signalAt[1])
  })
  const [code] = await once(child, 'close') as [number | null] // once nobody holds its streams any more: its own children are gone by then
  return { code, ...said, left: await remaining(mark) }
}

/** What has been killed may still be in the table of processes for an instant. */
async function remaining (mark: string): Promise<string[]> {
  for (let look = 0; look < LOOKS && running(mark).length > 0; look++) await timers.setTimeout(PAUSE)
  return running(mark)
}

function running (mark: string): string[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const isMarked = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`LEFT_BEHIND=${mark}`)
      return isMarked ? [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')] : []
    } catch {
      return [] // it went while it was looked at
    }
  })
}
