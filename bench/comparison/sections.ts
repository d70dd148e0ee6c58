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
    checks: { head: ['promised', 'met'], rows: verdict(results).map(({ met, sentence }) => [sentence, met ? 'yes' : '**no**']), notes: [] }
  }
}

function setupTable ({ setups, date, node, cpu, cores, load }: Results): Cells {
  return {
    head: ['set-up', 'version', 'configuration'],
    rows: setups.map(({ name, package: of, version, says }) => [name, `${of} ${version}`, says]),
    notes: [`Measured on ${date}, Node ${node}, ${cpu}, ${cores} cores. Load average before the parts and after the last: ${load.join(', ')}.`]
  }
}
