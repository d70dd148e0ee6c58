import { accessSync, constants, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { delimiter, join } from 'node:path'

/** What the figures depend on besides the code. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  /** Where wrk is, or null. */
  readonly wrk: string | null
  /** A core for the servers and another for the load, or null where processes cannot be pinned or have one core only. */
  readonly pins: { readonly server: number, readonly load: number } | null
}

export function machine (): Machine {
  return { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, wrk: onPath('wrk'), pins: pins() }
}

function pins (): Machine['pins'] {
  if (onPath('taskset') === null) return null
  const allowed = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? ''
  const cores = coresIn(allowed)
  // The two furthest apart are the least likely to be threads of one core.
  const [load, server] = [cores.at(0), cores.at(-1)]
  return load === undefined || server === undefined || load === server ? null : { server, load }
}

/** The numbers in a list such as `0-3,8`. */
function coresIn (list: string): number[] {
  return list.split(',').filter(Boolean).flatMap((range) => {
    const [from = 0, to = from] = range.split('-').map(Number)
    return Array.from({ length: to - from + 1 }, (_, index) => from + index)
  })
}

function onPath (program: string): string | null {
  return (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program)).find(executable) ?? null
}

function executable (file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
