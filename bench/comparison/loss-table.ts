import { summarise } from '../statistics'
import { between, sum, type Cells } from './cells'
import { orders, type LossRun } from './losses'
import type { Results } from './results'

/** As `causeOf` names them, in the order of the columns. */
export const causes = ['refused', 'closed under it', 'cut', '503'] as const

export function lostIn (run: Pick<LossRun, 'lost'>): number {
  return sum(Object.values(run.lost))
}

/** With one profile: what was lost and how long a stop took, for each order. */
export function lossTable ({ losses, setups }: Results, lag: LossRun['lag']): Cells {
  const rows = setups.map(({ id, name }) => {
    const own = losses.filter((run) => run.id === id && run.lag === lag)
    return own.length === 0 ? [] : [name, ...orders.map((order) => pair(own.filter((run) => run.order === order)))]
  })
  return { head: [`${lag}: lost / seconds`, ...orders], rows: rows.filter((row) => row.length > 0), notes: [] }
}

/** `60 (27–33) / 5.9 (6.1)`: lost, in the least and in the worst run; the median stop, and the longest. */
function pair (runs: readonly LossRun[]): string {
  if (runs.length === 0) return '–'
  const [lost, seconds] = [runs.map(lostIn), runs.flatMap((run) => run.seconds)]
  const total = sum(lost)
  return `${total}${total > 0 && runs.length > 1 ? ` (${between(lost)})` : ''} / ${summarise(seconds).median.toFixed(1)} (${Math.max(...seconds).toFixed(1)})`
}

/** Why requests were lost, over all orders, profiles and seeds; and how the tasks ended. */
export function causeTable ({ losses, setups }: Results): Cells {
  const rows = setups.flatMap(({ id, name }) => {
    const own = losses.filter((run) => run.id === id)
    if (own.length === 0) return []
    const stops = own.flatMap(({ exits }) => exits)
    const by = causes.map((cause) => sum(own.map(({ lost }) => lost[cause] ?? 0)))
    const exits = [...new Set(stops)].map((exit) => `${stops.filter((other) => other === exit).length} × ${exit}`).join(', ')
    return [[name, String(stops.length), String(sum(by)), (sum(by) / stops.length).toFixed(1), ...by.map(String), exits]]
  })
  const late = losses.filter(({ late }) => late >= 20).length / orders.length
  return {
    head: ['lost by cause', 'stops', 'lost', 'per stop', ...causes, 'exits'],
    rows,
    notes: [
      '*Refused*: no connection was made. *Closed under it*: closed before the service had the request. *Cut*: after. *503*: by a task that was being stopped.',
      `${late === 0 ? 'No load came late' : `In ${late} of ${losses.length / orders.length} runs the load came late`} (p99.9 of 20 ms or more), which spoils a rehearsal's verdict.`
    ]
  }
}
