import type { Duration } from 'aws-cdk-lib'
import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import type * as iam from 'aws-cdk-lib/aws-iam'

import type { PreflightRule } from '../../types/index'
import type { ApplicationTimings } from './application-timings'
import type { Peak } from './peaks'

/** Fargate and Fargate Spot side by side. */
export interface SpotOptions {
  /** How many tasks run on Spot for each one on demand, beyond `base`: 1 to 1000. @default 1 */
  readonly weight?: number
  /** How many tasks always run on demand: 0 to 100000. @default 1 */
  readonly base?: number
}

/** What services and workers have in common. */
export interface GracefulTaskProps {
  readonly image: ecs.ContainerImage
  /** In place of the image's own. Start the server itself: a shell or npm in between passes no SIGTERM on. @default - the image's */
  readonly command?: string[]
  /** Beside the variables that the construct sets: `PORT`, and those that begin with ECS_GRACEFUL_. @default - none */
  readonly environment?: Readonly<Record<string, string>>
  /** @default - none */
  readonly secrets?: Readonly<Record<string, ecs.Secret>>
  /** CPU units, 1024 to a vCPU; with `memoryLimitMiB` one of `fargateSizes`. @default 512 */
  readonly cpu?: number
  /** @default 1024 */
  readonly memoryLimitMiB?: number
  /** @default - X86_64 and Linux, as Fargate has it */
  readonly runtimePlatform?: ecs.RuntimePlatform
  /** @default - a new one */
  readonly taskRole?: iam.IRole
  /** @default - a new one */
  readonly executionRole?: iam.IRole
  /** @default - awslogs, in a new group whose lines are kept for a month */
  readonly logging?: ecs.LogDriver
  /** Whether an init is PID 1: it passes signals on and reaps children. @default true */
  readonly initProcess?: boolean

  /** Not together with `cluster`, which has one. @default - a new one with two zones */
  readonly vpc?: ec2.IVpc
  /** @default - a new one */
  readonly cluster?: ecs.ICluster
  /** @default - private subnets, or public ones with `assignPublicIp` */
  readonly vpcSubnets?: ec2.SubnetSelection
  /** @default false */
  readonly assignPublicIp?: boolean
  /** @default - a new one */
  readonly securityGroups?: ec2.ISecurityGroup[]
  /** Endpoints for pulling images and writing logs, in this VPC: once for each VPC. They cost by the hour. @default false */
  readonly vpcEndpoints?: boolean

  /** How many tasks; the fewest, where the service scales. @default 2, and 1 for a worker */
  readonly desiredCount?: number
  /** Scales up to so many tasks. @default - as many as the largest of `peaks`, and 10 for a worker */
  readonly maxCapacity?: number
  /** Times of day that are prepared for. @default - none */
  readonly peaks?: readonly Peak[]
  /** @default 100 */
  readonly minHealthyPercent?: number
  /** @default 200 */
  readonly maxHealthyPercent?: number
  /** Stops a deployment whose tasks do not start, and rolls it back. @default true */
  readonly circuitBreaker?: boolean

  /** From SIGTERM to SIGKILL: 2 to 120 s on Fargate. @default Duration.seconds(60), or less where `spot` leaves less */
  readonly stopTimeout?: Duration
  /** @default - nothing, but what the plugin derives */
  readonly application?: ApplicationTimings
  /** @default - Fargate only */
  readonly spot?: SpotOptions

  /** Lets the plugin's option `ecs.describe` ask ECS, by two IAM actions. @default false */
  readonly describe?: boolean
  /** Lets tasks protect themselves from scale-in, by two IAM actions. @default false */
  readonly protect?: boolean
  /** A rule that counts tasks whose container was killed by SIGKILL, and an alarm on it. @default true */
  readonly sigkillAlarm?: boolean
  /** By rule: how grave it is here, or that it does not matter. @default - as docs/cdk.md says */
  readonly preflight?: Readonly<Partial<Record<PreflightRule, 'off' | 'warning' | 'error'>>>
}
