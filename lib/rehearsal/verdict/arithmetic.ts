import type { Order, RehearsalSettings } from '../../../types/rehearsal'
import { NOTICE_SLACK, planTimings } from '../../core/timing-plan'

/**
 * Why losses are to be expected of an order, whatever the service does; nothing, if there is no excuse.
 *
 * A task that is never deregistered is only left by nodes whose checks have failed. That takes up to the unhealthy
 * threshold times the interval, plus the timeout and a second; it must fit into the longest lame duck that the stop
 * timeout leaves room for.
 */
export function expectedLoss (order: Order, { stopTimeout, healthCheck }: Pick<RehearsalSettings, 'stopTimeout' | 'healthCheck'>): string | undefined {
  if (order === 'kill') return 'a task that is killed can answer nothing'
  if (order !== 'health-only') return undefined

  const planned = planTimings({ options: { stopTimeout: stopTimeout * 1_000 } })
  const room = 'plan' in planned ? planned.plan.maxDrainDelay / 1_000 : 0
  const { intervalSeconds, timeoutSeconds, unhealthyThreshold } = healthCheck
  const needed = unhealthyThreshold * intervalSeconds + timeoutSeconds + NOTICE_SLACK / 1_000
  if (needed <= room) return undefined
  return `health checks need up to ${unhealthyThreshold} × ${intervalSeconds} + ${timeoutSeconds} + 1 = ${needed} s to notice, and a stop timeout of ${stopTimeout} s leaves ${room} s for it`
}
