import type { Order } from '../../../types/rehearsal'
import type { SimulatedFigures, SimulationSettings } from '../../../types/simulation'
import { count, counted } from '../report/words'
import { expectedLoss } from '../verdict/index'

type Figures = Omit<SimulatedFigures, 'sentence'>

/** What deployments in one order come to, in a sentence or two. */
export function orderSentence (order: Order, figures: Figures, settings: SimulationSettings): string {
  const excuse = expectedLoss(order, settings)
  return `${order}: ${told(figures)}${excuse === undefined ? '' : ` Losses are expected: ${excuse}.`}`
}

export function overallSentence (figures: Figures): string {
  return figures.deployments === 0 ? 'Nothing was deployed.' : `In all: ${told(figures)}`
}

function told (figures: Figures): string {
  const { deployments, deploySeconds, stops, drainingShare, reconnectsPerSecond } = figures
  if (deployments === 0) return 'nothing was deployed.'
  const each = deployments === 1 ? '' : ` each, ${counted(deployments, 'deployment')}`
  return `${counted(stops, 'stop')} in ${deploySeconds.toFixed(1)} s${each}; ${lossWords(figures)}; ` +
    `${(100 * drainingShare).toFixed(1)} % of the capacity paid for drains; ` +
    `up to ${count(Math.round(reconnectsPerSecond.peak))} connections a second are opened again.`
}

function lossWords ({ lost, withoutTarget }: Figures): string {
  const losses = lost === 0 ? 'no request is expected to be lost' : `${expected(lost)} requests are expected to be lost`
  return withoutTarget === 0 ? losses : `${losses}, and ${expected(withoutTarget)} to find no healthy target`
}

/** An expectation has a fraction, which matters where it is small. */
export function expected (number: number): string {
  if (number > 0 && number < 0.005) return '< 0.01'
  return number === 0 || number >= 100 ? count(Math.round(number)) : number.toFixed(2)
}
