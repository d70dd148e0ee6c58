import type { DrainReport } from '../../types/index'

/** What a drain saw; the verdict is made from it. */
export type Findings = Omit<DrainReport, 'version' | 'outcome' | 'exitCode'> & {
  /** False if a hook did not end in time. */
  readonly inTime: boolean
}

/** Sums a drain up. Durations become whole milliseconds. */
export function drainReport ({ inTime, ...found }: Findings): DrainReport {
  const outcome = verdict(inTime, found)
  const { draining, closing, clients, total } = found.durations
  return {
    version: 1,
    trigger: found.trigger,
    cause: found.cause,
    outcome,
    exitCode: outcome === 'drained' ? 0 : 1,
    left: found.left,
    durations: {
      draining: Math.round(draining), closing: Math.round(closing), clients: Math.round(clients), total: Math.round(total)
    },
    served: found.served,
    accepted: found.accepted,
    webSockets: found.webSockets,
    cut: found.cut,
    clients: found.clients,
    repeatedSignals: found.repeatedSignals,
    errors: [...found.errors] // a report does not change any more
  }
}

/** The gravest that applies. */
function verdict (inTime: boolean, { clients, errors, cut }: Omit<Findings, 'inTime'>): DrainReport['outcome'] {
  if (!inTime || clients.some(({ outcome }) => outcome === 'timed-out')) return 'timed-out'
  if (errors.length > 0 || clients.some(({ outcome }) => outcome === 'failed')) return 'failed'
  const somethingCut = cut.requests.length > 0 || cut.upgraded > 0 || cut.work.length > 0
  return somethingCut || clients.some(({ outcome }) => outcome === 'forced') ? 'cut' : 'drained'
}
