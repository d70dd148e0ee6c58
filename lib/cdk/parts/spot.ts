import { Duration } from 'aws-cdk-lib'
import type * as ecs from 'aws-cdk-lib/aws-ecs'

import { serviceDefaults, SPOT_NOTICE } from './defaults'
import { milliseconds, within } from './known'
import { problems } from './problems'
import type { SpotOptions } from '../task-props'

/** One strategy cannot mix these two with Auto Scaling groups. */
export function strategies (spot: SpotOptions | undefined): ecs.CapacityProviderStrategy[] | undefined {
  return spot && [
    { capacityProvider: 'FARGATE', base: spot.base ?? 1, weight: 1 },
    { capacityProvider: 'FARGATE_SPOT', weight: spot.weight ?? 1 }
  ]
}

/** The ranges are ECS's own: CapacityProviderStrategyItem. */
export function spotProblems ({ weight = 1, base = 1 }: SpotOptions = {}): string[] {
  return problems(() => within('spot.weight', weight, { least: 1, most: 1_000 }), () => within('spot.base', base, { least: 0, most: 100_000 }))
}

interface Times {
  readonly stopTimeout: Duration
  readonly deregistrationDelay: Duration
}

/** On Spot a default gives way to what is given, so that both fit into the notice. What is given is not changed. */
export function timesOf ({ stopTimeout, deregistrationDelay, spot }: Partial<Times> & { readonly spot?: SpotOptions }): Times {
  return {
    stopTimeout: stopTimeout ?? beside(deregistrationDelay, serviceDefaults.stopTimeout),
    deregistrationDelay: deregistrationDelay ?? beside(stopTimeout, serviceDefaults.deregistrationDelay)
  }

  function beside (other: Duration | undefined, usual: Duration): Duration {
    const taken = spot && milliseconds(other)
    if (taken === undefined) return usual
    return Duration.millis(Math.max(0, Math.min(usual.toMilliseconds(), SPOT_NOTICE.toMilliseconds() - taken)))
  }
}
