import fs from 'node:fs'

/** One row of the machine's process table. */
export interface Process {
  readonly pid: number
  readonly parent: number
  readonly group: number
}

/** The processes of this machine; none where there is no /proc. At once and not later, because they come and go. */
export function processes (): Process[] {
  let names: string[]
  try {
    names = fs.readdirSync('/proc')
  } catch {
    return []
  }
  return names.filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'latin1')
      // the name of the program comes second, in parentheses, and may hold anything
      const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return [{ pid: Number(name), parent: Number(parent), group: Number(group) }]
    } catch {
      return [] // it has gone since
    }
  })
}

/** The pids of a process group and of all that descends from it, in whatever group. */
export function family (group: number, all: readonly Process[] = processes()): number[] {
  const pids = new Set(all.filter((each) => each.group === group).map(({ pid }) => pid))
  let before
  do {
    before = pids.size
    for (const { pid, parent } of all) if (pids.has(parent)) pids.add(pid)
  } while (pids.size > before)
  return [...pids]
}

/** Signals a process, or with a negative number a group. One that has gone, or is not ours to signal, is left in peace. */
export function send (pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code!)) throw error
  }
}
