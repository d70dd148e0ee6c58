import type { Duration } from 'aws-cdk-lib'

import type { Capacity } from '../../../types/index'
import { variables, type NumberName } from '../../core/environment'
import { secondsText } from './known'

/** What ECS and the load balancer were told, as far as it is known. */
export type Told =
  { readonly [name in Exclude<NumberName, 'unhealthyThreshold'>]?: Duration } &
  { readonly unhealthyThreshold?: number, readonly capacity: Capacity, readonly targetGroupArn?: string }

/** The variables by which the plugin is told the same. */
export function toldBy (told: Told): Record<string, string> {
  const entries = Object.entries(told) as Array<[keyof Told, Told[keyof Told]]>
  return Object.fromEntries(entries.flatMap(([name, value]) => value === undefined
    ? []
    : [[variables[name], typeof value === 'object' ? secondsText(value) : String(value)]]))
}
