import type { SimulatedFigures, SimulationResult, SimulationSettings } from '../../../types/simulation'
import { columns, wrap } from '../report/lines'
import { count, counted, NOTHING, seconds } from '../report/words'
import { expected } from './sentence'

/** Of a line. */
const WIDTH = 100

/** A simulation as a person reads it: what was assumed, a table with a row for each order, and the sentences. One screen, no colours. */
export function printedSimulation ({ settings, plan, orders, overall }: SimulationResult): string {
  const table = columns('lrrrrrrrr', [
    ['', 'deploy', 'to exit', 'to exit', 'draining', 'peak', 'peak', 'reconnects', 'requests'],
    ['order', 's', 'median s', 'max s', 'of paid', 'tasks', 'stopping', 'peak /s', 'lost'],
    ...orders.map((order) => [order.order, ...cells(order)]),
    ...orders.length > 1 ? [['all', ...cells(overall)]] : []
  ])
  const sentences = [...orders.map(({ sentence }) => sentence), ...orders.length > 1 ? [overall.sentence] : []]
  const sections = [
    [fleet(settings), `Stop timeout ${settings.stopTimeout} s: lame duck ${seconds(plan.drainDelay)} to ${seconds(plan.maxDrainDelay)}, force point ${seconds(plan.forcePoint)}.`],
    table,
    sentences,
    ['On paper: whether a service keeps to its timings is for the rehearsal to show.']
  ]
  return sections.map((lines) => lines.flatMap((line) => wrap(line, WIDTH)).join('\n')).join('\n\n')
}

function fleet ({ tasks, nodes, rate, deployments, minimumHealthyPercent, maximumPercent, seed }: SimulationSettings): string {
  return `${counted(tasks, 'task')} behind ${counted(nodes, 'node')}, ${count(rate)} requests a second, ` +
    `${counted(deployments, 'deployment')} in each order at ${minimumHealthyPercent} to ${maximumPercent} %, seed ${seed}.`
}

function cells ({ deploySeconds, secondsToExit, drainingShare, peakTasks, peakStopping, reconnectsPerSecond, lost }: SimulatedFigures): string[] {
  return [
    deploySeconds.toFixed(1),
    secondsToExit?.median.toFixed(2) ?? NOTHING,
    secondsToExit?.max.toFixed(2) ?? NOTHING,
    `${(100 * drainingShare).toFixed(1)} %`,
    count(peakTasks),
    count(peakStopping),
    count(Math.round(reconnectsPerSecond.peak)),
    expected(lost)
  ]
}
