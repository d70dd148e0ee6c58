import { Duration, Fn } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import t from 'tap'

import type { GracefulShutdownServiceProps } from '../../lib/cdk/index'
import { refusals, synthesise, vpc, withService } from '../helpers/cdk'

const { seconds } = Duration
const refused = (props: Partial<GracefulShutdownServiceProps>): string[] => refusals(withService(props).scope)

t.test('a stop timeout that Fargate does not know is refused, with the plugin\'s own sentence', async (t) => {
  t.strictSame(refused({ stopTimeout: seconds(300) }), [
    'fargate-stop-timeout: stopTimeout (300 s) must be at most Fargate\'s most (120 s). It costs no task starts: ECS refuses the task definition. ' +
    "Remedy: set stopTimeout of the container to 2 to 120 s. To start in spite of it: preflight: { 'fargate-stop-timeout': 'warning' }"
  ])
  t.match(refused({ stopTimeout: seconds(1) }), [/^the timings do not fit: /, /^fargate-stop-timeout: stopTimeout \(1 s\) must be at least/])
  t.strictSame(refused({ stopTimeout: seconds(120) }), [])
})

t.test('a health check whose interval is not above its timeout is refused', async (t) => {
  t.match(refused({ healthCheckInterval: seconds(5), healthCheckTimeout: seconds(5) })[0],
    /^health-check-times: the health check's interval \(5 s\) must be more than its timeout \(5 s\)\. /)
})

t.test('on Spot, more than two minutes are refused', async (t) => {
  t.match(refused({ spot: {}, stopTimeout: seconds(100), deregistrationDelay: seconds(30) }), [
    /^spot-notice: the deregistration delay \(30 s\) \+ stopTimeout \(100 s\) = 130 s must be at most the Spot notice \(120 s\)\. /
  ])
  t.strictSame(refused({ stopTimeout: seconds(100), deregistrationDelay: seconds(30) }), [])
})

t.test('timings of the application that do not fit are refused, with the sum written out', async (t) => {
  t.strictSame(refused({ application: { maxDrainDelay: seconds(40), gracePeriod: seconds(20) } }), [
    'the timings do not fit: maxDrainDelay 40000 + gracePeriod 20000 + closeTimeout 5000 + safetyMargin 5000 = 70000 ms, but SIGKILL comes after stopTimeout 60000 ms. ' +
    'Either raise stopTimeout to 70000 or more, in the task definition too (Fargate allows 120 s), or take 10000 ms off the others'
  ])
})

t.test('an application that plans with more time than it is given is refused', async (t) => {
  t.match(refused({ application: { stopTimeout: seconds(90) } }), [
    /^stop-timeout: the stop timeout that the application plans with \(90 s\) must be at most the task definition's stopTimeout \(60 s\)/
  ])
  t.strictSame(refused({ application: { stopTimeout: seconds(30) } }), [])
})

t.test('a timing of the application that its plugin would refuse is refused', async (t) => {
  t.match(refused({ application: { drainDelay: Duration.millis(5), closeTimeout: seconds(0) } }), [
    /^application\.drainDelay must be whole milliseconds, 0 or 100 to 86400000, but is 5;/,
    /^application\.closeTimeout must be whole milliseconds, 100 to/
  ])
})

t.test('a server that closes its connections before the load balancer does is refused', async (t) => {
  t.match(refused({ idleTimeout: seconds(120) }), [
    /^keep-alive: the server's keepAliveTimeout \(72 s\) must be at least the load balancer's idle timeout \(120 s\) \+ 5 s = 125 s\./
  ])
  t.strictSame(refused({ idleTimeout: seconds(120), application: { keepAliveTimeout: seconds(125) } }), [])
})

t.test('numbers outside AWS\'s ranges are refused by name', async (t) => {
  t.strictSame(refused({
    deregistrationDelay: seconds(4_000),
    healthCheckInterval: seconds(3),
    healthCheckTimeout: seconds(1),
    idleTimeout: seconds(5_000),
    healthyThreshold: 1,
    unhealthyThreshold: 11,
    desiredCount: 0.5,
    maxCapacity: 6_000,
    minHealthyPercent: 101,
    maxHealthyPercent: 50,
    containerPort: 70_000,
    priority: 50_001,
    targetCpuUtilization: 0,
    application: { keepAliveTimeout: seconds(6_000) }
  }).filter((line) => line.includes(' but is ')), [
    'deregistrationDelay, in seconds, must be a whole number from 0 to 3600, but is 4000',
    'healthCheckInterval, in seconds, must be a whole number from 5 to 300, but is 3',
    'healthCheckTimeout, in seconds, must be a whole number from 2 to 120, but is 1',
    'idleTimeout, in seconds, must be a whole number from 1 to 4000, but is 5000',
    'desiredCount must be a whole number from 0 to 5000, but is 0.5',
    'maxCapacity must be a whole number from 1 to 5000, but is 6000',
    'minHealthyPercent must be a whole number from 0 to 100, but is 101',
    'maxHealthyPercent must be a whole number from 100 to 10000, but is 50',
    'containerPort must be a whole number from 1 to 65535, but is 70000',
    'priority must be a whole number from 1 to 50000, but is 50001',
    'healthyThreshold must be a whole number from 2 to 10, but is 1',
    'unhealthyThreshold must be a whole number from 2 to 10, but is 11',
    'targetCpuUtilization must be a whole number from 1 to 100, but is 0'
  ])
})

t.test('two numbers that cannot both be are refused', async (t) => {
  t.strictSame(refused({ desiredCount: 4, maxCapacity: 3 }), ['maxCapacity must be at least desiredCount, which is 4, but is 3'])
  t.match(refused({ maxHealthyPercent: 100 }), [/^minHealthyPercent and maxHealthyPercent are both 100: no task may be stopped before/])
  t.strictSame(refused({ minHealthyPercent: 50, maxHealthyPercent: 100 }), [])
})

t.test('a path that is none, and a name that no output may have, are refused', async (t) => {
  t.strictSame(refused({ healthCheckPath: 'health', livePath: '/live?deep', urlOutput: 'service-url' }).map((line) => line.split(',')[0]), [
    "healthCheckPath must be a path that begins with '/'", "livePath must be a path that begins with '/'", 'urlOutput must be letters and digits'
  ])
})

t.test('Windows, where nothing would drain, is refused', async (t) => {
  const runtimePlatform = { operatingSystemFamily: ecs.OperatingSystemFamily.WINDOWS_SERVER_2022_CORE }

  t.strictSame(refused({ cpu: 1_024, memoryLimitMiB: 2_048, runtimePlatform }), [
    'runtimePlatform must be Linux: containers of Windows get no SIGTERM, and nothing would drain'
  ])
})

t.test('a second listener on one port of a load balancer is refused', async (t) => {
  const { scope } = withService((scope) => {
    const loadBalancer = new elbv2.ApplicationLoadBalancer(scope, 'Balancer', { vpc: vpc(scope) })
    loadBalancer.addListener('Http', { port: 80, defaultAction: elbv2.ListenerAction.fixedResponse(404) })
    return { loadBalancer }
  })

  t.strictSame(refusals(scope), ['the load balancer has another listener on port 80: hand that in, as listener, with conditions and priority'])
})

t.test('a size that Fargate does not offer is refused, with those that it does', async (t) => {
  t.strictSame(refused({ cpu: 512, memoryLimitMiB: 512 }), ['memoryLimitMiB must be one of 1024, 2048, 3072, 4096 beside cpu 512 on Fargate, but is 512'])
  t.strictSame(refused({ cpu: 300 }), ['cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 on Fargate, but is 300'])
})

t.test('shares of Spot that ECS does not take are refused', async (t) => {
  t.strictSame(refused({ spot: { weight: 0, base: -1 } }), [
    'spot.weight must be a whole number from 1 to 1000, but is 0', 'spot.base must be a whole number from 0 to 100000, but is -1'
  ])
})

t.test('a variable that the construct sets itself is refused', async (t) => {
  t.strictSame(refused({ environment: { ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: '30', PORT: '80', ECS_GRACEFUL_TARGET_GROUP_ARN: 'x', LOG_LEVEL: 'info' } }), [
    'environment.ECS_GRACEFUL_STOP_TIMEOUT_SECONDS is for the construct to set, from its other props: leave it out',
    'environment.PORT is for the construct to set, from its other props: leave it out',
    'environment.ECS_GRACEFUL_TARGET_GROUP_ARN is for the construct to set, from its other props: leave it out'
  ])
})

t.test('a listener that is handed in without conditions and priority is refused', async (t) => {
  const { scope } = withService((scope) => ({
    certificate: elbv2.ListenerCertificate.fromArn('arn:aws:acm:eu-west-1:111122223333:certificate/1'),
    listener: elbv2.ApplicationListener.fromApplicationListenerAttributes(scope, 'Listener', {
      listenerArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/shop/0123456789abcdef/0123456789abcdef',
      securityGroup: ec2.SecurityGroup.fromSecurityGroupId(scope, 'Group', 'sg-1')
    })
  }))

  t.strictSame(refusals(scope), [
    'a listener that is handed in has rules of its own, and only its owner knows what is free: give conditions and priority, too',
    'a listener that is handed in keeps its own certificate: leave certificate out'
  ])
})

t.test('a load balancer that is not the listener\'s is refused', async (t) => {
  const { scope } = withService((scope) => {
    const [one, other] = ['One', 'Other'].map((id) => new elbv2.ApplicationLoadBalancer(scope, id, { vpc: vpc(scope) }))
    const listener = one!.addListener('Listener', { port: 80, defaultAction: elbv2.ListenerAction.fixedResponse(404) })
    return { listener, loadBalancer: other, priority: 1, conditions: [elbv2.ListenerCondition.pathPatterns(['/*'])] }
  })

  t.strictSame(refusals(scope), ['listener and loadBalancer are both given, and the listener is another load balancer\'s: leave loadBalancer out'])
})

t.test('no errors at all are no threshold', async (t) => {
  t.strictSame(refused({ deploymentErrors: 0 }), ['deploymentErrors must be a whole number from 1 to 1000000, but is 0'])
})

t.test('a VPC and a cluster in the same, imported twice, are not', async (t) => {
  const { scope } = withService((scope) => {
    const [one, other] = ['One', 'Other'].map((id) => ec2.Vpc.fromVpcAttributes(scope, id, {
      vpcId: Fn.importValue('VpcId'), availabilityZones: ['a'], privateSubnetIds: ['private-a'], publicSubnetIds: ['public-a']
    }))
    const loadBalancer = elbv2.ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(scope, 'Balancer', {
      loadBalancerArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/0123456789abcdef', securityGroupId: 'sg-1'
    })
    return { loadBalancer, vpc: one, cluster: ecs.Cluster.fromClusterAttributes(scope, 'Cluster', { clusterName: 'shop', vpc: other! }) }
  })

  t.strictSame(refusals(scope), [])
})

t.test('a cluster in another VPC is refused', async (t) => {
  const { scope } = withService((scope) => ({ cluster: new ecs.Cluster(scope, 'Cluster', {}), vpc: vpc(scope) }))

  t.strictSame(refusals(scope), ['vpc and cluster are both given, and the cluster is in another VPC: leave vpc out'])
})

t.test('what is weaker than it could be is a warning of the CDK', async (t) => {
  const { scope } = withService({ desiredCount: 1, healthCheckInterval: seconds(30), application: { longestRequest: seconds(40) }, livePath: '/health' })

  const { warnings } = synthesise(scope)

  t.match(warnings.toSorted(), [
    /^container-health-check: /, /^deregistration-delay: .*It costs .*Remedy: .*\[ack: fastify-ecs-graceful:deregistration-delay\]$/,
    /^longest-request: /, /^single-task: /, /^told-in-time: /
  ])
})

t.test('a rule can be overruled, and one that does not exist is refused', async (t) => {
  t.strictSame(refused({ stopTimeout: seconds(300), deregistrationDelay: seconds(30), preflight: { 'fargate-stop-timeout': 'off' } }), [])
  t.match(refused({ desiredCount: 1, preflight: { 'single-task': 'error' } }), [/^single-task: /])
  t.match(refused({ preflight: { 'keep-alife': 'off' } as object }), [/^there is no option preflight\.keep-alife: known are budget, /])
})
