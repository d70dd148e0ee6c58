import type { FastifyBaseLogger } from 'fastify'

import type { ClientReport, DrainReport, Phase } from '../../types/index'

// What a task says of its stop. `since` is in milliseconds from the signal.

export function logPhase (log: FastifyBaseLogger, phase: Phase, since: number): void {
  log.info({ event: 'ecs-graceful', phase, since: Math.round(since) }, phase)
}

export function logClient (log: FastifyBaseLogger, { name, outcome }: ClientReport, since: number): void {
  log.info({ event: 'ecs-graceful', client: name, outcome, since: Math.round(since) }, `${name} ${outcome}`)
}

/** A warning where something was lost or hung, so that it is seen at the level that production often logs at. */
export function logReport (log: FastifyBaseLogger, report: DrainReport): void {
  const line = { event: 'ecs-graceful-report', ...report }
  const message = `${report.outcome} after ${report.durations.total} ms`
  if (report.outcome === 'drained') log.info(line, message)
  else log.warn(line, message)
}

/** Resolves once what has been logged has left the process, as far as the logger can tell. Bound it: a transport may hang. */
export async function flush (log: FastifyBaseLogger & { flush?: (done: () => void) => void }): Promise<void> {
  await new Promise<void>((resolve) => {
    if (log.flush) log.flush(() => resolve())
    else resolve()
  })
}
