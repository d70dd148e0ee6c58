import { columns } from './columns'
import type { Cell, OrdersRun } from './orders-run'
import { summarise } from './statistics'

/** A line for each cell: what its runs have lost, and how long its tasks took to go. */
export function ordersTable (cells: readonly Cell[], runs: readonly OrdersRun[]): string[] {
  return columns([
    ['order', 'rate', 'runs', 'requests', 'lost', 'SIGTERM to exit, p50', 'max', 'exits', 'left because'],
    ...cells.map((cell) => row(cell, runs.filter(({ order, rate, mode }) => order === cell.order && rate === cell.rate && mode === cell.mode)))
  ])
}

function row ({ order, rate, mode }: Cell, runs: readonly OrdersRun[]): string[] {
  const tasks = runs.flatMap((run) => run.tasks)
  const stops = tasks.flatMap(({ signalled, exited }) => exited === undefined ? [] : [(exited - signalled!) / 1_000])
  return [
    mode === 'control' ? `${order}, control` : order,
    `${rate}/s`,
    String(runs.length),
    String(runs.reduce((sum, { requests }) => sum + requests, 0)),
    counted(runs.flatMap(({ losses }) => losses.map(({ kind, cause }) => `${kind}: ${cause}`))) || '0',
    stops.length === 0 ? '-' : `${summarise(stops).median.toFixed(1)} s`,
    stops.length === 0 ? '-' : `${Math.max(...stops).toFixed(1)} s`,
    counted(tasks.map(({ exitCode, exitSignal }) => String(exitCode ?? exitSignal ?? 'none'))),
    counted(runs.flatMap(({ reports }) => reports.map(({ left }) => left))) || '-'
  ]
}

/** How often each word comes, the most frequent first: `12 × 0, 1 × SIGKILL`. */
function counted (words: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].sort(([, a], [, b]) => b - a).map(([word, count]) => `${count} × ${word}`).join(', ')
}
