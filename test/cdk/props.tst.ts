import { Duration } from 'aws-cdk-lib'
import type { Connections } from 'aws-cdk-lib/aws-ec2'
import type { ContainerImage, FargateService, FargateTaskDefinition, ScalableTaskCount } from 'aws-cdk-lib/aws-ecs'
import type { ApplicationTargetGroup, IApplicationListener, IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { describe, expect, test } from 'tstyche'

import {
  GracefulShutdownService, GracefulWorkerService, startupEstimate, type ApplicationTimings, type GracefulShutdownServiceProps, type GracefulTaskProps,
  type GracefulWorkerServiceProps, type WorkerRule
} from 'fastify-ecs-graceful/cdk'
import type { PreflightRule, TimingName } from '../../types/index'

declare const scope: Construct
declare const image: ContainerImage
declare const service: GracefulShutdownService
declare const worker: GracefulWorkerService

type OfTasks =
  | 'image' | 'command' | 'environment' | 'secrets' | 'cpu' | 'memoryLimitMiB' | 'runtimePlatform' | 'taskRole' | 'executionRole' | 'logging' | 'initProcess'
  | 'vpc' | 'cluster' | 'vpcSubnets' | 'assignPublicIp' | 'securityGroups' | 'vpcEndpoints' | 'desiredCount' | 'maxCapacity' | 'peaks' | 'minHealthyPercent'
  | 'maxHealthyPercent' | 'circuitBreaker' | 'stopTimeout' | 'application' | 'spot' | 'describe' | 'protect' | 'sigkillAlarm' | 'preflight'

describe('props', () => {
  test('are these, and only the image is needed', () => {
    expect<keyof GracefulTaskProps>().type.toBe<OfTasks>()
    expect<Exclude<keyof GracefulShutdownServiceProps, OfTasks>>().type.toBe<
      'containerPort' | 'healthCheckPath' | 'livePath' | 'healthCheckCommand' | 'loadBalancer' | 'listener' | 'conditions' | 'priority' | 'certificate' |
      'sslPolicy' | 'domainName' | 'publicLoadBalancer' | 'idleTimeout' | 'deregistrationDelay' | 'healthCheckGracePeriod' | 'healthCheckInterval' | 'healthCheckTimeout' |
      'healthyThreshold' | 'unhealthyThreshold' | 'targetCpuUtilization' | 'deregister' | 'deploymentErrors' | 'urlOutput'
    >()
    expect<Exclude<keyof GracefulWorkerServiceProps, OfTasks>>().type.toBe<
      'queue' | 'fifo' | 'queueUrlVariable' | 'visibilityTimeout' | 'longestMessage' | 'waitTime' | 'maxReceiveCount' | 'backlogPerTask' | 'healthCheckCommand'
    >()
    expect(GracefulShutdownService).type.toBeConstructableWith(scope, 'Checkout', { image })
    expect(GracefulWorkerService).type.toBeConstructableWith(scope, 'Worker', { image })
    expect(GracefulShutdownService).type.not.toBeConstructableWith(scope, 'Checkout', {})
  })

  test('durations are those of the CDK', () => {
    expect(GracefulShutdownService).type.toBeConstructableWith(scope, 'Checkout', { image, stopTimeout: Duration.seconds(60) })
    expect(GracefulShutdownService).type.not.toBeConstructableWith(scope, 'Checkout', { image, stopTimeout: 60 })
    expect<keyof ApplicationTimings>().type.toBe<TimingName | 'longestRequest' | 'keepAliveTimeout'>()
  })

  test('rules are the preflight\'s, and for workers some more', () => {
    expect<keyof NonNullable<GracefulShutdownServiceProps['preflight']>>().type.toBe<PreflightRule>()
    expect<keyof NonNullable<GracefulWorkerServiceProps['preflight']>>().type.toBe<PreflightRule | WorkerRule>()
    expect(GracefulShutdownService).type.not.toBeConstructableWith(scope, 'Checkout', { image, preflight: { 'no-such-rule': 'off' } })
  })
})

test('a service shows what it is made of', () => {
  expect(service.service).type.toBe<FargateService>()
  expect(service.taskDefinition).type.toBe<FargateTaskDefinition>()
  expect(service.targetGroup).type.toBe<ApplicationTargetGroup>()
  expect(service.loadBalancer).type.toBe<IApplicationLoadBalancer>()
  expect(service.listener).type.toBe<IApplicationListener>()
  expect(service.connections).type.toBe<Connections>()
  expect(service.scaling).type.toBe<ScalableTaskCount | undefined>()
  expect(service.url).type.toBe<string | undefined>()
})

test('a worker shows its queue', () => {
  expect(worker.queue).type.toBe<IQueue>()
  expect(worker.scaling).type.toBe<ScalableTaskCount>()
})

test('an estimate is of numbers', () => {
  expect(startupEstimate).type.toBeCallableWith({ imageSize: 150, cpu: 1_024, readyCpu: 240, healthCheckInterval: 5_000 })
  expect(startupEstimate).type.not.toBeCallableWith({ imageSize: 150, cpu: 1_024, readyCpu: 240, healthCheckInterval: Duration.seconds(5) })
})
