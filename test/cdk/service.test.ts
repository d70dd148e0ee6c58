import { CfnParameter, Duration } from 'aws-cdk-lib'
import { Match } from 'aws-cdk-lib/assertions'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import t from 'tap'

import { variables } from '../../lib/core/environment'
import { readOptions } from '../../lib/options/index'
import { synthesise, told, withService } from '../helpers/cdk'

const usual = synthesise(withService().scope).template

t.test('a container is told to stop in 60 s, and a target may finish for 30 s', async () => {
  usual.hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [Match.objectLike({ StopTimeout: 60 })] })
  usual.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '30' }])
  })
})

t.test('the target group asks /health every 5 s, gives it 2 s, and changes its mind after two answers', async () => {
  usual.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    TargetType: 'ip',
    Port: 3000,
    Protocol: 'HTTP',
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: 5,
    HealthCheckTimeoutSeconds: 2,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    Matcher: { HttpCode: '200' }
  })
})

t.test('a deployment never has less than all of its two tasks, and one that fails is rolled back', async () => {
  usual.hasResourceProperties('AWS::ECS::Service', {
    DesiredCount: 2,
    HealthCheckGracePeriodSeconds: 10,
    LaunchType: 'FARGATE',
    DeploymentConfiguration: {
      MinimumHealthyPercent: 100,
      MaximumPercent: 200,
      DeploymentCircuitBreaker: { Enable: true, Rollback: true }
    },
    AvailabilityZoneRebalancing: Match.absent(),
    CapacityProviderStrategy: Match.absent()
  })
})

t.test('an init is PID 1, and the container is asked for liveness without a shell', async () => {
  usual.hasResourceProperties('AWS::ECS::TaskDefinition', {
    Cpu: '512',
    Memory: '1024',
    ContainerDefinitions: [Match.objectLike({
      Name: 'app',
      LinuxParameters: { InitProcessEnabled: true },
      PortMappings: [{ ContainerPort: 3000, Protocol: 'tcp' }],
      HealthCheck: {
        Command: ['CMD', 'node', 'node_modules/fastify-ecs-graceful/dist/cli/check.js', 'http://127.0.0.1:3000/health/live'],
        Interval: 10,
        Timeout: 5,
        Retries: 3,
        StartPeriod: 10
      },
      LogConfiguration: { LogDriver: 'awslogs', Options: Match.anyValue() }
    })]
  })
  usual.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 })
})

t.test('the container is told every number that ECS and the load balancer were', async (t) => {
  t.strictSame(told(usual), {
    STOP_TIMEOUT_SECONDS: '60',
    DEREGISTRATION_DELAY_SECONDS: '30',
    HEALTH_CHECK_INTERVAL_SECONDS: '5',
    HEALTH_CHECK_TIMEOUT_SECONDS: '2',
    UNHEALTHY_THRESHOLD: '2',
    IDLE_TIMEOUT_SECONDS: '60',
    CAPACITY: 'fargate'
  })
})

t.test('every variable of the plugin can be set, and the plugin reads them all', async (t) => {
  const { scope } = withService({ deregister: true })

  const names = told(synthesise(scope).template)

  t.strictSame(Object.keys(names).map((name) => `ECS_GRACEFUL_${name}`).toSorted(), Object.values(variables).toSorted())
  const env = Object.fromEntries(Object.entries(told(usual)).map(([name, value]) => [`ECS_GRACEFUL_${name}`, String(value)]))
  t.match(readOptions({}, env), {
    plan: { stopTimeout: 60_000, sources: { stopTimeout: 'environment' } },
    habits: { intervalSeconds: 5, unhealthyThreshold: 2 },
    loadBalancer: { idleTimeoutSeconds: 60, deregistrationDelaySeconds: 30, healthCheck: { timeoutSeconds: 2 } },
    capacity: 'fargate'
  })
})

t.test('every number is a prop', async (t) => {
  const { scope } = withService({
    stopTimeout: Duration.seconds(90),
    deregistrationDelay: Duration.seconds(45),
    healthCheckGracePeriod: Duration.seconds(20),
    healthCheckPath: '/ready',
    healthCheckInterval: Duration.seconds(10),
    healthCheckTimeout: Duration.seconds(4),
    healthyThreshold: 3,
    unhealthyThreshold: 4,
    idleTimeout: Duration.seconds(50),
    minHealthyPercent: 50,
    maxHealthyPercent: 150,
    desiredCount: 4,
    containerPort: 8080,
    livePath: '/alive',
    cpu: 1024,
    memoryLimitMiB: 2048,
    initProcess: false,
    circuitBreaker: false
  })

  const { template } = synthesise(scope)

  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    Cpu: '1024',
    Memory: '2048',
    ContainerDefinitions: [Match.objectLike({
      StopTimeout: 90,
      LinuxParameters: { InitProcessEnabled: false },
      PortMappings: [{ ContainerPort: 8080, Protocol: 'tcp' }],
      HealthCheck: Match.objectLike({ Command: Match.arrayWith(['http://127.0.0.1:8080/alive']) }),
      Environment: Match.arrayWith([{ Name: 'PORT', Value: '8080' }])
    })]
  })
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', {
    Port: 8080,
    HealthCheckPath: '/ready',
    HealthCheckIntervalSeconds: 10,
    HealthCheckTimeoutSeconds: 4,
    HealthyThresholdCount: 3,
    UnhealthyThresholdCount: 4,
    TargetGroupAttributes: Match.arrayWith([{ Key: 'deregistration_delay.timeout_seconds', Value: '45' }])
  })
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    LoadBalancerAttributes: Match.arrayWith([{ Key: 'idle_timeout.timeout_seconds', Value: '50' }])
  })
  template.hasResourceProperties('AWS::ECS::Service', {
    DesiredCount: 4,
    HealthCheckGracePeriodSeconds: 20,
    DeploymentConfiguration: { MinimumHealthyPercent: 50, MaximumPercent: 150, DeploymentCircuitBreaker: Match.absent() }
  })
  t.strictSame(told(template), {
    STOP_TIMEOUT_SECONDS: '90',
    DEREGISTRATION_DELAY_SECONDS: '45',
    HEALTH_CHECK_INTERVAL_SECONDS: '10',
    HEALTH_CHECK_TIMEOUT_SECONDS: '4',
    UNHEALTHY_THRESHOLD: '4',
    IDLE_TIMEOUT_SECONDS: '50',
    CAPACITY: 'fargate'
  })
})

t.test('a prop that is undefined is as one that is not given', async (t) => {
  const { scope } = withService({ stopTimeout: undefined, containerPort: undefined, livePath: undefined, deploymentErrors: undefined })

  t.strictSame(synthesise(scope).template.toJSON(), usual.toJSON())
})

t.test('what the container needs besides is handed on', async () => {
  const { scope } = withService({
    command: ['server.js'], environment: { NODE_ENV: 'production' }, livePath: false, logging: ecs.LogDrivers.fluentd()
  })

  synthesise(scope).template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({
      Command: ['server.js'],
      Environment: Match.arrayWith([{ Name: 'NODE_ENV', Value: 'production' }]),
      HealthCheck: Match.absent(),
      LogConfiguration: { LogDriver: 'fluentd' }
    })]
  })
})

t.test('a health check of the container may be another command', async () => {
  const { scope } = withService({ livePath: false, healthCheckCommand: ['CMD', '/nodejs/bin/node', 'check.js'] })

  synthesise(scope).template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({ HealthCheck: Match.objectLike({ Command: ['CMD', '/nodejs/bin/node', 'check.js'] }) })]
  })
})

t.test('sidecars can be added to the task definition', async () => {
  const { scope, service } = withService()

  service.taskDefinition.addContainer('proxy', { image: ecs.ContainerImage.fromRegistry('proxy'), essential: false })

  synthesise(scope).template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({ Name: 'app' }), Match.objectLike({ Name: 'proxy' })]
  })
})

t.test('a duration that only CloudFormation knows goes into template and variable as it is, and is held against nothing', async (t) => {
  const { scope } = withService((scope) => {
    const parameter = new CfnParameter(scope, 'Seconds', { type: 'Number' })
    const seconds = Duration.seconds(parameter.valueAsNumber)
    return { stopTimeout: seconds, deregistrationDelay: seconds, application: { drainDelay: seconds }, spot: {} }
  })

  const { template, warnings } = synthesise(scope)

  template.hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [Match.objectLike({ StopTimeout: { Ref: 'Seconds' } })] })
  t.match(told(template), { STOP_TIMEOUT_SECONDS: { Ref: 'Seconds' }, DEREGISTRATION_DELAY_SECONDS: { Ref: 'Seconds' } })
  t.strictSame(warnings, [])
})

t.test('a number that only CloudFormation knows goes where it belongs, and is held against nothing', async (t) => {
  const { scope } = withService((scope) => {
    const number = new CfnParameter(scope, 'Number', { type: 'Number' }).valueAsNumber
    return {
      cpu: number,
      memoryLimitMiB: number,
      desiredCount: number,
      maxCapacity: number,
      minHealthyPercent: number,
      maxHealthyPercent: number,
      containerPort: number,
      healthyThreshold: number,
      unhealthyThreshold: number,
      targetCpuUtilization: number,
      deploymentErrors: number,
      spot: { weight: number, base: number }
    }
  })

  const { template, warnings } = synthesise(scope)

  const Number = { Ref: 'Number' }
  t.match(told(template), { UNHEALTHY_THRESHOLD: Number })
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::TargetGroup', { Port: Number, HealthyThresholdCount: Number, UnhealthyThresholdCount: Number })
  template.hasResourceProperties('AWS::ECS::Service', { CapacityProviderStrategy: [Match.objectLike({ Base: Number }), Match.objectLike({ Weight: Number })] })
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: Number, MaxCapacity: Number })
  t.strictSame(warnings, [])
})

t.test('nothing is warned about by default', async (t) => {
  t.strictSame(synthesise(withService().scope).warnings, [])
})
