import type { TaskRecord } from '../../../../types/rehearsal'
import { exitOf } from '../words'

export type PhaseName = 'starting' | 'ready' | 'deregistered' | 'draining' | 'closing'

/** A stretch of a task's life, in milliseconds since the run began. */
export interface Phase {
  readonly name: PhaseName
  readonly from: number
  readonly to: number
}

export type MarkName = 'deregistered' | 'looked-away' | 'sigterm' | 'second-sigterm' | 'sigkill' | 'exit'

export interface Mark {
  readonly name: MarkName
  readonly at: number
  readonly text: string
}

/** A task's life as seen from outside: what nobody saw is no phase, and the one before it lasts longer. */
export function phases (task: TaskRecord, end: number): Phase[] {
  const { deregistered, signalled, listenerClosed } = task.stop ?? {}
  const over = gone(task) ?? end
  const leaves = Math.min(deregistered ?? over, signalled ?? over, over)
  const starts: [PhaseName, number | undefined][] = [
    ['starting', task.states[0]?.at ?? task.healthy ?? 0],
    ['ready', task.healthy !== undefined && task.healthy < leaves ? task.healthy : undefined],
    ['deregistered', deregistered !== undefined && deregistered < (signalled ?? over) ? deregistered : undefined],
    ['draining', signalled],
    ['closing', listenerClosed]
  ]
  const known = starts.filter((start): start is [PhaseName, number] => start[1] !== undefined)
  return known
    .map(([name, from], index) => ({ name, from, to: Math.min(known[index + 1]?.[1] ?? over, over) }))
    .filter(({ from, to }) => to > from)
}

/** What was done to a task, and how it ended; one that nobody stopped has failed. */
export function marks (task: TaskRecord): Mark[] {
  const { stop } = task
  const mark = (name: MarkName, at: number | null | undefined, text: string): Mark[] =>
    at === undefined || at === null ? [] : [{ name, at, text }]
  if (!stop) return mark('exit', gone(task), 'failed')
  return [
    ...mark('deregistered', stop.deregistered, 'deregistered'),
    ...stop.lookedAway.flatMap((at, node) => mark('looked-away', at, `node ${node} looks away`)),
    ...mark('sigterm', stop.signalled, 'SIGTERM'),
    ...mark('second-sigterm', stop.secondSignal, 'second SIGTERM'),
    ...mark(stop.exitSignal === 'SIGKILL' ? 'sigkill' : 'exit', stop.exited, exitOf(stop))
  ]
}

function gone ({ states, stop }: TaskRecord): number | undefined {
  return stop?.exited ?? states.find(({ state }) => state === 'STOPPED')?.at
}
