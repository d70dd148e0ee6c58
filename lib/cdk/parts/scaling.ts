import { Token } from 'aws-cdk-lib'
import type * as ecs from 'aws-cdk-lib/aws-ecs'

import { prepareFor, timeProblems } from '../peaks'
import type { GracefulTaskProps } from '../task-props'

type Scaled = Pick<GracefulTaskProps, 'maxCapacity' | 'peaks'> & { readonly desiredCount: number }

/** Up to how many tasks; undefined where the number stays as it is. */
export function mostTasks ({ maxCapacity, peaks = [], desiredCount }: Scaled): number | undefined {
  return maxCapacity ?? (peaks.length > 0 ? Math.max(desiredCount, ...peaks.map(({ tasks }) => tasks)) : undefined)
}

/** Between the desired count and the most. What it is that adds tasks, and takes them away again after a peak, is the caller's. */
export function scale (service: ecs.FargateService, { peaks = [], desiredCount }: Scaled, maxCapacity: number): ecs.ScalableTaskCount {
  const isTooFew = !Token.isUnresolved(desiredCount) && !Token.isUnresolved(maxCapacity) && maxCapacity < desiredCount // refused, by name
  const count = service.autoScaleTaskCount({ minCapacity: desiredCount, maxCapacity: isTooFew ? desiredCount : maxCapacity })
  if (timeProblems(peaks).length === 0) prepareFor(peaks, count, desiredCount)
  return count
}
