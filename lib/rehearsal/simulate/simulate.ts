import type { SimulatedFigures, SimulationOptions, SimulationResult, SimulationSettings } from '../../../types/simulation'
import type { TimingPlan } from '../../../types/index'
import { planTimings } from '../../core/timing-plan'
import { errors } from '../../errors'
import { draws } from './draws'
import { figuresOf, routingsOf } from './figures'
import { perform } from './perform'
import { orderSentence, overallSentence } from './sentence'
import { readSimulation } from './settings'

/**
 * Deploys a fleet on paper: the rollout of the rehearsal, on a virtual clock, of tasks that behave as the timing plan of
 * `stopTimeout` says, and know their health check. The same options give the same result.
 *
 * What it says follows from the settings alone. Whether a service keeps to them is for the rehearsal to show. Rejects with
 * `FST_ECS_OPTION_INVALID` or `FST_ECS_OPTION_UNKNOWN`.
 */
export async function simulate (options: SimulationOptions = {}): Promise<SimulationResult> {
  const settings = readSimulation(options)
  const plan = planOf(settings)
  const deployments = await perform({ settings, plan, draws: draws(settings) })
  const routings = routingsOf(deployments, settings)

  const orders = settings.order.map((order) => {
    const figures = figuresOf(deployments.filter((deployment) => deployment.order === order), routings, settings)
    return { order, ...figures, sentence: orderSentence(order, figures, settings) }
  })
  const overall = figuresOf(deployments, routings, settings)
  const { drainDelay, maxDrainDelay, stopTimeout, safetyMargin, closeTimeout } = plan
  return {
    version: 1,
    settings,
    plan: { drainDelay, maxDrainDelay, forcePoint: stopTimeout - safetyMargin - closeTimeout },
    orders,
    overall: withSentence(overall)
  }
}

function withSentence (figures: Omit<SimulatedFigures, 'sentence'>): SimulatedFigures {
  return { ...figures, sentence: overallSentence(figures) }
}

/** There is one for every stop timeout that the settings allow. */
export function planOf ({ stopTimeout }: Pick<SimulationSettings, 'stopTimeout'>): TimingPlan {
  const planned = planTimings({ options: { stopTimeout: stopTimeout * 1_000 } })
  if ('finding' in planned) throw new errors.RehearsalImpossible(planned.finding.message)
  return planned.plan
}
