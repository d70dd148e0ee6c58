import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, statSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'

/**
 * Reads `signal pid` lines until our end of the pipe is closed, by us or by our death, then stops the last process named
 * and removes the folder. A shell, because nobody in this process can clean up after its own SIGKILL, nor after a Ctrl-C
 * that it does not handle. The folder goes first: a process that nobody waits for looks alive after its end.
 */
const GUARD = `
while read -r line; do last=$line; done
set -- "$1" $last
[ -z "$3" ] || kill -s "$2" "$3"
tries=0; until rm -rf "$1" || [ $tries -ge 50 ]; do sleep 0.1; tries=$((tries + 1)); done
[ -n "$3" ] || exit 0
tries=0; while kill -0 "$3" && [ $tries -lt 500 ]; do sleep 0.01; tries=$((tries + 1)); done
kill -s KILL "$3"
`

/**
 * A temporary folder, and one process at a time that works in it. Both are gone when `stop` resolves, or a moment after
 * this process has ended, however it ends.
 */
export class Throwaway {
  readonly folder: string
  readonly #guard: ChildProcess & { readonly stdin: Writable }
  #child?: ChildProcess

  constructor (name: string) {
    this.folder = mkdtempSync(join(openFolder(), `${name}-`))
    // In a session of its own: a terminal sends Ctrl-C to all of ours.
    const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', this.folder], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
    guard.unref()
    ;(guard.stdin as Socket).unref()
    this.#guard = guard
  }

  /** Starts a process that is stopped by `signal`. It too is out of Ctrl-C's reach: whoever uses it may still need it. */
  spawn (signal: 'SIGTERM' | 'SIGQUIT', command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
    const child = spawn(command, args, { cwd: this.folder, detached: true, ...options })
    if (child.pid !== undefined) this.#guard.stdin.write(`${signal.slice('SIG'.length)} ${child.pid}\n`)
    this.#child = child
    return child
  }

  /** Stops the process and removes the folder. Asking twice does no harm. */
  async stop (): Promise<void> {
    this.#guard.ref()
    this.#guard.stdin.end()
    await Promise.all([ended(this.#guard), this.#child && ended(this.#child)])
  }
}

/** Resolves once a child has ended, or could not be started. */
export async function ended (child: ChildProcess): Promise<void> {
  const isOver = child.pid === undefined || child.exitCode !== null || child.signalCode !== null
  if (!isOver) await once(child, 'exit')
}

/** The temporary folder, unless it lies in somebody's private one, where a process under another uid could not work. */
function openFolder (): string {
  return [tmpdir(), '/tmp'].find(isOpen) ?? tmpdir()
}

function isOpen (folder: string): boolean {
  const isSearchable = (statSync(folder, { throwIfNoEntry: false })?.mode ?? 0) & 0o001
  return isSearchable !== 0 && (folder === dirname(folder) || isOpen(dirname(folder)))
}
