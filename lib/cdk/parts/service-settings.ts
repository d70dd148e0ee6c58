import { complete, IDLE_TIMEOUT, serviceDefaults, type Complete } from './defaults'
import type { GracefulShutdownServiceProps } from '../service-props'
import { timesOf } from './spot'
import { toldBy } from './variables'

/** The props as everybody behind the door sees them. */
export type ServiceSettings = Complete<GracefulShutdownServiceProps, typeof serviceDefaults> & {
  /** Whether others may stand behind the load balancer, too. */
  readonly isShared: boolean
}

export function readProps (props: GracefulShutdownServiceProps): ServiceSettings {
  const isShared = props.loadBalancer !== undefined || props.listener !== undefined
  // That of one which is handed in is not ours to guess.
  const idleTimeout = props.idleTimeout ?? (isShared ? undefined : IDLE_TIMEOUT)
  return Object.freeze({ ...complete(props, serviceDefaults), ...timesOf(props), idleTimeout, isShared })
}

/** The variables of the container, all but the application's own. */
export function environmentOf (settings: ServiceSettings, targetGroupArn: string): Record<string, string> {
  return {
    PORT: `${settings.containerPort}`,
    ...toldBy({
      stopTimeoutSeconds: settings.stopTimeout,
      deregistrationDelaySeconds: settings.deregistrationDelay,
      healthCheckIntervalSeconds: settings.healthCheckInterval,
      healthCheckTimeoutSeconds: settings.healthCheckTimeout,
      unhealthyThreshold: settings.unhealthyThreshold,
      idleTimeoutSeconds: settings.idleTimeout,
      capacity: settings.spot ? 'mixed' : 'fargate',
      targetGroupArn: settings.deregister ? targetGroupArn : undefined
    })
  }
}
