import { execFile, type ChildProcess } from 'node:child_process'
import timers from 'node:timers/promises'
import { promisify } from 'node:util'

import { processes } from './processes'

/** How long the probe may take, and how often the process within is looked for, in milliseconds. */
const PROBE_LIMIT = 5_000
const LOOK = 2

/**
 * The command, run as PID 1 of a namespace of its own with a /proc that fits. `unshare` stays outside as its parent: it
 * blocks SIGTERM and SIGINT, so it must never be signalled in place of the process within.
 */
export function asPid1 (command: readonly [string, ...string[]]): [string, ...string[]] {
  const asUser = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  return ['unshare', ...asUser, '--pid', '--fork', '--kill-child', '--mount-proc', '--', ...command]
}

/** Whether `asPid1` works on this machine, for this user. */
export async function canBePid1 (): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const [file, ...args] = asPid1(['sh', '-c', 'test $$ = 1'])
  return await promisify(execFile)(file, args, { timeout: PROBE_LIMIT }).then(() => true, () => false)
}

/** The process within, by its number out here; undefined if the wrapper ended without one. */
export async function within (wrapper: ChildProcess): Promise<number | undefined> {
  while (wrapper.exitCode === null && wrapper.signalCode === null) {
    const child = processes().find(({ parent }) => parent === wrapper.pid)
    if (child !== undefined) return child.pid
    await timers.setTimeout(LOOK)
  }
}

/**
 * Whether the process within was killed. `unshare` ends by the signal that ended its child, but up to util-linux 2.38 it
 * fails at that for SIGKILL: it complains, as its last words, and exits with 1 as the service might.
 */
export function wasKilled (code: number | null, lastWords: string): boolean {
  return code === 1 && COMPLAINT.test(lastWords)
}

/** What the service wrote, without what `unshare` added. */
export function withoutComplaint (output: string): string {
  return output.replace(COMPLAINT, '')
}

const COMPLAINT = /unshare: sigprocmask [^\n]*\n/
