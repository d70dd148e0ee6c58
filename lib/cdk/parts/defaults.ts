import { Duration } from 'aws-cdk-lib'

/** What holds where a prop says nothing: these rows make the template, and docs/cdk.md is held against them. */
export const taskDefaults = {
  cpu: 512,
  memoryLimitMiB: 1_024,
  initProcess: true,
  minHealthyPercent: 100,
  maxHealthyPercent: 200,
  circuitBreaker: true,
  stopTimeout: Duration.seconds(60),
  sigkillAlarm: true
} as const

export const serviceDefaults = {
  ...taskDefaults,
  desiredCount: 2,
  containerPort: 3_000,
  healthCheckPath: '/health',
  livePath: '/health/live',
  publicLoadBalancer: true,
  deregistrationDelay: Duration.seconds(30),
  healthCheckGracePeriod: Duration.seconds(10),
  healthCheckInterval: Duration.seconds(5),
  healthCheckTimeout: Duration.seconds(2),
  healthyThreshold: 2,
  unhealthyThreshold: 2,
  targetCpuUtilization: 60,
  deploymentErrors: 5,
  urlOutput: 'ServiceUrl'
} as const

export const workerDefaults = {
  ...taskDefaults,
  desiredCount: 1,
  maxCapacity: 10,
  fifo: false,
  queueUrlVariable: 'QUEUE_URL',
  waitTime: Duration.seconds(5),
  maxReceiveCount: 10,
  backlogPerTask: 10
} as const

/** The ALB's own, for one that is new. */
export const IDLE_TIMEOUT = Duration.seconds(60)
/** Fastify's own. */
export const KEEP_ALIVE_TIMEOUT = Duration.seconds(72)
/** From the notice of a Spot reclaim to the end of the host. */
export const SPOT_NOTICE = Duration.seconds(120)

/** Props with defaults in the place of what is not given. */
export type Complete<Props, Defaults> = Omit<Props, keyof Defaults> & {
  readonly [name in keyof Defaults & keyof Props]-?: Exclude<Props[name], undefined>
}

export function complete<Props extends object, Defaults extends Partial<Props>> (props: Props, defaults: Defaults): Complete<Props, Defaults> {
  const given = Object.entries(props).filter(([, value]) => value !== undefined)
  return { ...defaults, ...Object.fromEntries(given) } as unknown as Complete<Props, Defaults>
}
