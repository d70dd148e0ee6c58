import type { RehearsalResult, TaskRecord } from '../lib/rehearsal/index'

/** A request that was lost, with all that helps to find out why. Instants in seconds. */
export interface Loss {
  readonly kind: string
  readonly cause: string
  /** Of the balancer, counted from 1. */
  readonly node: number
  /** When it was sent and when it ended, since the run began. */
  readonly sent: number
  readonly ended: number
  /** Where both lie in the stop of each task that had been signalled before the request ended: seconds since SIGTERM. */
  readonly stops: readonly StopSeen[]
}

export interface StopSeen {
  readonly task: number
  readonly sent: number
  readonly ended: number
  readonly exited: number | null
}

/** The lost requests of a run. The load goes to the nodes in turn, so the place of a request in the load tells its node. */
export function losses ({ requests, tasks }: Pick<RehearsalResult, 'requests' | 'tasks'>, nodes: number): Loss[] {
  return [...requests].sort((a, b) => a.sent - b.sent).flatMap(({ kind, sent, ended, lost }, place) => lost === undefined
    ? []
    : [{ kind, cause: lost, node: place % nodes + 1, sent: seconds(sent), ended: seconds(ended), stops: stops(tasks, sent, ended) }])
}

function stops (tasks: readonly TaskRecord[], sent: number, ended: number): StopSeen[] {
  return tasks.flatMap(({ task, signalled, exited }) => {
    if (signalled === undefined || signalled > ended) return []
    const since = (instant: number): number => seconds(instant - signalled)
    return [{ task, sent: since(sent), ended: since(ended), exited: exited === undefined ? null : since(exited) }]
  })
}

function seconds (duration: number): number {
  return Math.round(duration) / 1_000
}

/** A loss in a line. */
export function described ({ kind, cause, node, sent, stops }: Loss): string {
  const seen = stops.map((stop) => `task ${stop.task} SIGTERM+${stop.sent} to +${stop.ended} s, gone at ${stop.exited ?? '?'} s`)
  return `${kind} lost at ${sent} s by node ${node}: ${cause}; ${seen.join('; ') || 'before any SIGTERM'}`
}
