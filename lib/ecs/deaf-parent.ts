import { readFileSync } from 'node:fs'

/** SIGTERM is the 15th signal; masks count from 0. */
const SIGTERM = 1n << 14n
/** More generations than any container has. */
const GENERATIONS = 32

/**
 * What stands between PID 1 and this process and would not pass SIGTERM on, by its command line; undefined if nothing does, or if
 * it cannot be told. ECS signals PID 1: each process from there to us must catch the signal, or wait for it with its mask, as
 * inits do. `npm` does; a shell that has not replaced itself (`exec`) does not, unless it has a trap. Only within a
 * container's own process namespace does the answer mean anything. Linux only.
 */
export function deafParent (proc = '/proc', self: number | 'self' = 'self'): string | undefined {
  try {
    let parent = parentOf(proc, self)
    for (let generation = 0; parent > 0 && generation < GENERATIONS; generation++) {
      if (!hears(proc, parent)) return commandOf(proc, parent)
      parent = parentOf(proc, parent)
    }
  } catch {
    // no /proc, or none that we may read
  }
}

function parentOf (proc: string, pid: number | 'self'): number {
  return Number(field(proc, pid, 'PPid'))
}

function hears (proc: string, pid: number): boolean {
  const mask = (name: string): bigint => BigInt(`0x${field(proc, pid, name)}`)
  return ((mask('SigCgt') | mask('SigBlk')) & SIGTERM) !== 0n
}

function field (proc: string, pid: number | 'self', name: string): string {
  const status = readFileSync(`${proc}/${pid}/status`, 'utf8')
  const value = new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1]
  if (value === undefined) throw new Error(`no ${name}`)
  return value
}

/** Without its arguments but the first: they may hold what nobody should read. */
function commandOf (proc: string, pid: number): string {
  const [program = '', argument = ''] = readFileSync(`${proc}/${pid}/cmdline`, 'utf8').split('\0')
  return `${program.slice(program.lastIndexOf('/') + 1)}${/^-\w+$/.test(argument) ? ` ${argument}` : ''}`
}
