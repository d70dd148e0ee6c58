import type { Duration } from 'aws-cdk-lib'
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2'

import type { GracefulTaskProps } from './task-props'

export interface GracefulShutdownServiceProps extends GracefulTaskProps {
  /** What the application listens on; it finds it in `PORT`. @default 3000 */
  readonly containerPort?: number
  /** Readiness, for the target group: the plugin's `health.path`. @default '/health' */
  readonly healthCheckPath?: string
  /** Liveness, for the container's own health check: the plugin's `health.livePath`; `false` for no such check. @default '/health/live' */
  readonly livePath?: string | false
  /**
   * The container's own health check.
   * @default - `CMD node node_modules/fastify-ecs-graceful/dist/cli/check.js` with the URL of `livePath`: no shell, no curl
   */
  readonly healthCheckCommand?: string[]

  /** @default - a new one; that of `listener`, where it is known */
  readonly loadBalancer?: elbv2.IApplicationLoadBalancer
  /** Needs `conditions` and `priority`. @default - a new one: on port 443 with `certificate`, else on port 80 */
  readonly listener?: elbv2.IApplicationListener
  /** Which requests the listener sends here. @default - all, on a listener of its own */
  readonly conditions?: elbv2.ListenerCondition[]
  /** Of the listener rule, 1 to 50000. @default 1, on a listener of its own */
  readonly priority?: number
  /** Port 80 of a new load balancer redirects to it. @default - HTTP only */
  readonly certificate?: elbv2.IListenerCertificate
  /** Which versions of TLS the listener with `certificate` speaks. @default - what the CDK recommends: 1.3 and 1.2 */
  readonly sslPolicy?: elbv2.SslPolicy
  /** What clients call the service, for `ServiceUrl`. @default - the load balancer's own name */
  readonly domainName?: string
  /** Whether a new load balancer faces the internet. @default true */
  readonly publicLoadBalancer?: boolean
  /**
   * Of the load balancer, 1 to 4000 s: set on a new one, and what you know of one that is handed in.
   * @default Duration.seconds(60) for a new one, not known of one that is handed in
   */
  readonly idleTimeout?: Duration

  /** How long a deregistered target may finish, 0 to 3600 s. ECS waits for all of it. @default Duration.seconds(30), or less where `spot` leaves less */
  readonly deregistrationDelay?: Duration
  /** For how long ECS overlooks failing health checks of a new task. @default Duration.seconds(10) */
  readonly healthCheckGracePeriod?: Duration
  /** 5 to 300 s. @default Duration.seconds(5) */
  readonly healthCheckInterval?: Duration
  /** 2 to 120 s, below the interval. @default Duration.seconds(2) */
  readonly healthCheckTimeout?: Duration
  /** 2 to 10. A new target needs only one success. @default 2 */
  readonly healthyThreshold?: number
  /** 2 to 10. @default 2 */
  readonly unhealthyThreshold?: number

  /** Where tasks are added and taken away by CPU: the utilisation in percent to keep. Needs `maxCapacity`. @default 60 */
  readonly targetCpuUtilization?: number
  /** Lets tasks take themselves out of the target group (the plugin's `ecs.deregister`), by one IAM action on it; synthesis takes it that they do. @default false */
  readonly deregister?: boolean
  /** Rolls a deployment back when so many responses in a minute are 5xx; `false` for no such alarms. @default 5 */
  readonly deploymentErrors?: number | false
  /** The stack's output with the URL; `false` for none. @default 'ServiceUrl' */
  readonly urlOutput?: string | false
}
