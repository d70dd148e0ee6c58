import type { Duration } from 'aws-cdk-lib'

import { complete, workerDefaults, type Complete } from './defaults'
import { milliseconds } from './known'
import { timesOf } from './spot'
import { toldBy } from './variables'
import type { GracefulWorkerServiceProps } from '../worker-props'

/** The props as everybody behind the door sees them. */
export type WorkerSettings = Complete<GracefulWorkerServiceProps, typeof workerDefaults>

export function readWorkerProps (props: GracefulWorkerServiceProps): WorkerSettings {
  const { stopTimeout } = timesOf({ stopTimeout: props.stopTimeout, spot: props.spot })
  const visibilityTimeout = props.visibilityTimeout ?? (props.queue ? undefined : longer(stopTimeout, props.longestMessage))
  return Object.freeze({ ...complete(props, workerDefaults), stopTimeout, visibilityTimeout })
}

/** The variables of the container, all but the application's own. */
export function workerEnvironment ({ stopTimeout, spot, queueUrlVariable }: WorkerSettings, queueUrl: string): Record<string, string> {
  return { [queueUrlVariable]: queueUrl, ...toldBy({ stopTimeoutSeconds: stopTimeout, capacity: spot ? 'mixed' : 'fargate' }) }
}

function longer (one: Duration, other: Duration | undefined): Duration {
  return other !== undefined && (milliseconds(other) ?? 0) > (milliseconds(one) ?? Infinity) ? other : one
}
