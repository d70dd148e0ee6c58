import type { RehearsalSettings } from '../../types/rehearsal'
import type { BalancerProcess } from './alb/index'

/** What a balancer is told of a rehearsal's settings: seconds become milliseconds. */
export function balancerOptions (settings: RehearsalSettings, epoch: number, seed: number): Parameters<typeof BalancerProcess.start>[0] {
  const { nodes, lagSeconds: [least, most], deregistrationDelay, healthCheck, healthPath, checksWhileDraining, oneWayDelay } = settings
  return {
    epoch,
    seed,
    nodes,
    lag: [least * 1_000, most * 1_000],
    deregistrationDelay: deregistrationDelay * 1_000,
    healthCheck: { ...healthCheck, path: healthPath },
    checksWhileDraining,
    oneWayDelay
  }
}
