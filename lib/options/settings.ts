import type { FastifyInstance } from 'fastify'

import type { Capacity, Severity, TimingPlan, WebSocketOptions } from '../../types/index'
import type { HealthCheckHabits } from '../core/lame-duck'
import type { RuleId } from '../core/preflight/index'
import type { EcsSettings } from './ecs'
import type { HealthSettings } from './health'
import type { LoadBalancerSettings } from './load-balancer'

export type Signal = 'SIGTERM' | 'SIGINT'

/** The options as everybody behind the door sees them: complete, checked, frozen. */
export interface Settings {
  readonly plan: TimingPlan
  readonly habits: HealthCheckHabits
  readonly health: false | HealthSettings
  /** Empty where the process is not ours to end. */
  readonly signals: readonly Signal[]
  readonly onUncaughtException: 'close' | 'drain'
  readonly resources: ReadonlyMap<string, false | ((app: FastifyInstance) => unknown)>
  readonly longestRequest?: number
  readonly loadBalancer: LoadBalancerSettings
  /** What the construct says that the task runs on. */
  readonly capacity?: Capacity
  readonly earlyExit: boolean
  readonly webSockets: WebSocketOptions & { readonly code: number }
  readonly ecs: EcsSettings
  readonly telemetry: { readonly emf: false | { readonly namespace: string } }
  readonly preflight: ReadonlyMap<RuleId, Severity | 'off'>
}
