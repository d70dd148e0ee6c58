import type { ForwardRecord } from '../../../types/rehearsal'

/**
 * Tasks that answered again after a node had found their listener closed: a listener that comes and goes cannot be
 * reasoned about. What was under way at the time may still be answered.
 */
export function cameBack (forwards: readonly ForwardRecord[]): number[] {
  const closed = new Map<number, number>()
  for (const { task, outcome, ended } of forwards) {
    if (task !== undefined && outcome === 'refused') closed.set(task, Math.min(ended, closed.get(task) ?? Infinity))
  }
  const back = forwards.filter(({ task, outcome, at, use }) => task !== undefined && outcome === 'answered' && use === 1 && at > (closed.get(task) ?? Infinity))
  return [...new Set(back.map(({ task }) => task!))]
}
