import { behaviourTable, boundTable, caseTable } from './behaviour-table'
import type { Cells } from './cells'
import { costTable } from './cost-table'
import { causeTable, lossTable } from './loss-table'
import type { Results } from './results'
import { verdict } from './verdict'

/** Everything that is measured, by the name that docs/peers.md has for its place. What was not measured is left out. */
export function sections (results: Results): Record<string, Cells> {
  const { cost, losses, behaviours } = results
  return {
    setups: setupTable(results),
    ...cost.length > 0 ? { cost: costTable(results) } : {},
    ...losses.length > 0 ? { causes: causeTable(results), normal: lossTable(results, 'normal'), harsh: lossTable(results, 'harsh') } : {},
    ...behaviours.length > 0 ? { behaviours: behaviourTable(results), bounds: boundTable(results), cases: caseTable() } : {},
    checks: { head: ['promised', 'what was measured'], rows: verdict(results).map(({ met, sentence }) => [met ? 'met' : '**missed**', sentence]), notes: [] }
  }
}

function setupTable ({ setups, parts, node, cpu, cores }: Results): Cells {
  const measured = Object.entries(parts).map(([part, { date, load: [before, after] }]) => `${part} on ${date}, load average ${before} before and ${after} after`)
  return {
    head: ['set-up', 'version', 'configuration'],
    rows: setups.map(({ name, package: of, version, says }) => [name, `${of} ${version}`, says]),
    notes: [`Node ${node}, ${cpu}, ${cores} cores, shared with other work: ${measured.join('; ')}.`]
  }
}
