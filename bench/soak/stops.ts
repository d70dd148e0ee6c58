import type { DrainReport } from '../../types/index'
import type { TaskRecord } from '../../types/rehearsal'
import type { Deed } from './causes'

export type Said = Pick<DrainReport, 'outcome' | 'exitCode' | 'left' | 'cut' | 'clients' | 'errors' | 'repeatedSignals' | 'webSockets'>

/** How a task ended, and what it said of it. */
export interface Ended {
  readonly task: number
  readonly worker: boolean
  readonly exit: string
  /** From SIGTERM on; null where there was none, or no exit. */
  readonly seconds: number | null
  readonly said?: Said
  readonly deeds: ReadonlyArray<Deed['kind']>
  /** What a task must not do, each in a sentence; empty if all is well. */
  readonly faults: readonly string[]
}

/** What a task that can no longer reach a database may say of its end, and must then exit with 1. */
const HAMPERED = ['cut', 'failed', 'timed-out']

/** Judges the end of one task against what was done to it. Pure. `graceful` tasks must report. */
export function judgeEnd (record: TaskRecord, said: Said | undefined, deeds: readonly Deed[], graceful: boolean): Ended {
  const { task, stop, died } = record
  const worker = record.worker ?? false
  const done = deeds.filter((deed) => deed.task === task).map(({ kind }) => kind)
  const exit = String(died ? died.exitSignal ?? died.exitCode : stop?.exitSignal ?? stop?.exitCode)
  const seconds = stop?.signalled === undefined || stop.exited === undefined ? null : (stop.exited - stop.signalled) / 1_000
  const faults = done.includes('killed') ? [] : [...exitFaults(exit, died !== undefined, done), ...graceful ? reportFaults(exit, said, done, worker) : []]
  const name = `task ${task}${worker ? ' (a worker)' : ''}`
  return { task, worker, exit, seconds, ...said ? { said } : {}, deeds: done, faults: faults.map((fault) => `${name} ${fault}`) }
}

function exitFaults (exit: string, died: boolean, done: readonly string[]): string[] {
  if (died) return [`ended by itself (${exit})`]
  if (exit === 'SIGKILL') return ['had to be killed']
  return exit === '0' || (exit === '1' && isHampered(done)) ? [] : [`exited with ${exit}`]
}

function reportFaults (exit: string, said: Said | undefined, done: readonly string[], worker: boolean): string[] {
  if (!said) return ['said no report line']
  const { outcome, exitCode, clients, errors } = said
  const open = clients.filter(({ outcome }) => outcome !== 'closed').map(({ name, outcome }) => `${name} ${outcome}`)
  const unnamed = (worker ? ['pg'] : ['pg', 'redis']).filter((name) => !clients.some((client) => client.name === name))
  return [
    ...String(exitCode) === exit ? [] : [`reported exit code ${exitCode}, and exited with ${exit}`],
    ...outcome === 'drained' || (isHampered(done) && HAMPERED.includes(outcome)) ? [] : [`was ${outcome}${errors.length > 0 ? `: ${errors[0]!.message}` : ''}`],
    ...open.length > 0 && !isHampered(done) ? [`left open: ${open.join(', ')}`] : [],
    ...unnamed.map((name) => `did not name ${name}`)
  ]
}

function isHampered (done: readonly string[]): boolean {
  return done.includes('postgres-silent') || done.includes('redis-gone')
}
