import type { Writable } from 'node:stream'

import type { DrainReport, EcsTask } from '../../types/index'

/** The names and units of the metrics; the values are read off the report. */
const METRICS = {
  DrainDuration: { unit: 'Milliseconds', of: ({ durations }: DrainReport) => durations.total },
  RequestsServed: { unit: 'Count', of: ({ served }: DrainReport) => served },
  Cut: { unit: 'Count', of: ({ cut }: DrainReport) => cut.requests.length + cut.unnamed + cut.upgraded + cut.work.length },
  ClientsForced: { unit: 'Count', of: ({ clients }: DrainReport) => clients.filter(({ outcome }) => outcome === 'forced').length },
  ClientsLeftOpen: {
    unit: 'Count', of: ({ clients }: DrainReport) => clients.filter(({ outcome }) => outcome === 'failed' || outcome === 'timed-out').length
  }
} as const

/**
 * The report as a document of the CloudWatch embedded metric format: metrics by family, and by family and revision, where these are
 * known; else without dimensions. Outcome, trigger and task stand beside them for searches, since each value of a dimension
 * is a metric of its own, and paid for.
 */
export function emfDocument (namespace: string, report: DrainReport, task: EcsTask | null, timestamp: number): object {
  const [family, revision] = [dimension(task?.family), dimension(task?.revision)]
  const metrics = Object.entries(METRICS)
  return {
    _aws: {
      Timestamp: timestamp,
      CloudWatchMetrics: [{
        Namespace: namespace,
        Dimensions: dimensionSets(family, revision),
        Metrics: metrics.map(([Name, { unit }]) => ({ Name, Unit: unit }))
      }]
    },
    Family: family,
    Revision: revision,
    Task: task?.id,
    Trigger: report.trigger,
    Outcome: report.outcome,
    ...Object.fromEntries(metrics.map(([name, { of }]) => [name, of(report)]))
  }
}

function dimensionSets (family: string | undefined, revision: string | undefined): string[][] {
  if (family === undefined) return [[]]
  return revision === undefined ? [['Family']] : [['Family'], ['Family', 'Revision']]
}

/** What CloudWatch takes as the value of a dimension: 1 to 1024 of ASCII without control characters, and not only blanks. */
function dimension (value: string | undefined): string | undefined {
  return value !== undefined && /^(?=.*\S)[\x20-\x7e]{1,1024}$/.test(value) ? value : undefined
}

/** Writes a line. Resolves once it is out, or cannot get out: never rejects. */
export function writeLine (line: string, out: Writable = process.stdout): Promise<void> {
  return new Promise((resolve) => {
    const ignore = (): void => {} // a closed pipe is said to the writer, and as an error of the stream soon after
    out.on('error', ignore)
    out.write(`${line}\n`, () => setImmediate(() => {
      out.off('error', ignore)
      resolve()
    }))
  })
}
