import { Duration } from 'aws-cdk-lib'
import { Match } from 'aws-cdk-lib/assertions'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import t from 'tap'

import type { GracefulWorkerServiceProps } from '../../lib/cdk/index'
import { refusals, synthesise, told, withWorker } from '../helpers/cdk'

const { seconds, minutes } = Duration
const refused = (props: Partial<GracefulWorkerServiceProps>): string[] => refusals(withWorker(props).scope)
const warned = (props: Partial<GracefulWorkerServiceProps>): readonly string[] => synthesise(withWorker(props).scope).warnings
const ARN = 'arn:aws:sqs:eu-west-1:111122223333:orders'

const { scope, worker } = withWorker()
const { template: usual, warnings } = synthesise(scope)

t.test('a worker has a queue, one for dead letters, and no load balancer', async (t) => {
  usual.hasResourceProperties('AWS::SQS::Queue', {
    VisibilityTimeout: 60,
    RedrivePolicy: { maxReceiveCount: 10, deadLetterTargetArn: scope.resolve(worker.deadLetterQueue!.queueArn) as object }
  })
  usual.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 })
  usual.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0)
  t.strictSame(warnings, [])
})

t.test('its container has as long to stop as one of a service, knows its queue, and may consume it', async (t) => {
  usual.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({
      StopTimeout: 60,
      LinuxParameters: { InitProcessEnabled: true },
      HealthCheck: Match.absent(),
      PortMappings: Match.absent(),
      Environment: Match.arrayWith([{ Name: 'QUEUE_URL', Value: scope.resolve(worker.queue.queueUrl) as object }])
    })]
  })
  usual.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({ Statement: [Match.objectLike({ Action: Match.arrayWith(['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage']) })] })
  })
  t.strictSame(told(usual), { STOP_TIMEOUT_SECONDS: '60', CAPACITY: 'fargate' })
})

t.test('a deployment never has less than all of its tasks, and one that fails is rolled back', async () => {
  usual.hasResourceProperties('AWS::ECS::Service', {
    DesiredCount: Match.absent(),
    LoadBalancers: Match.absent(),
    DeploymentConfiguration: { MinimumHealthyPercent: 100, MaximumPercent: 200, DeploymentCircuitBreaker: { Enable: true, Rollback: true } }
  })
})

t.test('as many tasks run as there is backlog for', async () => {
  const { scope, worker } = withWorker({ backlogPerTask: 25, desiredCount: 2, maxCapacity: 20 })

  const { template } = synthesise(scope)

  const { service, queue } = worker
  const names = [service.cluster.clusterName, service.serviceName, queue.queueName]
  const [ClusterName, ServiceName, QueueName] = names.map((token) => scope.resolve(token) as object)
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 2, MaxCapacity: 20 })
  template.hasResource('AWS::ApplicationAutoScaling::ScalingPolicy', {
    Properties: {
      PolicyType: 'TargetTrackingScaling',
      ResourceId: { 'Fn::Join': ['', ['service/', ClusterName, '/', ServiceName]] },
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 25,
        CustomizedMetricSpecification: {
          Metrics: [
            {
              Id: 'waiting',
              ReturnData: false,
              MetricStat: {
                Stat: 'Average',
                Metric: { Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', Dimensions: [{ Name: 'QueueName', Value: QueueName }] }
              }
            },
            {
              Id: 'tasks',
              ReturnData: false,
              MetricStat: {
                Stat: 'SampleCount',
                Metric: { Namespace: 'AWS/ECS', MetricName: 'CPUUtilization', Dimensions: [{ Name: 'ClusterName', Value: ClusterName }, { Name: 'ServiceName', Value: ServiceName }] }
              }
            },
            { Id: 'backlog', Expression: 'FILL(waiting, 0) / tasks', Label: 'Messages waiting for each task', ReturnData: true }
          ]
        }
      }
    },
    DependsOn: [Match.stringLikeRegexp('TaskCountTarget')]
  })
})

t.test('a queue that is handed in is used as it is, and nothing of it is guessed', async (t) => {
  const { scope, worker } = withWorker((scope) => ({ queue: sqs.Queue.fromQueueArn(scope, 'Queue', ARN), queueUrlVariable: 'ORDERS', sigkillAlarm: false }))

  const { template, warnings } = synthesise(scope)

  template.resourceCountIs('AWS::SQS::Queue', 0)
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({ Environment: Match.arrayWith([Match.objectLike({ Name: 'ORDERS' })]) })]
  })
  t.equal(worker.deadLetterQueue, undefined)
  t.strictSame(warnings, [])
})

t.test('what is known of it can be said, and is held against the plan', async (t) => {
  const { scope } = withWorker((scope) => ({ queue: sqs.Queue.fromQueueArn(scope, 'Queue', ARN), visibilityTimeout: seconds(30) }))

  t.match(synthesise(scope).warnings, [
    /^visibility: the visibility timeout \(30 s\) must be at least the force point \(50 s\)\. .*set visibilityTimeout to 60 s/
  ])
})

t.test('a queue that keeps the order is one, and so are its dead letters', async () => {
  const { template } = synthesise(withWorker({ fifo: true }).scope)

  template.resourcePropertiesCountIs('AWS::SQS::Queue', { FifoQueue: true }, 2)
})

t.test('a queue that is handed in keeps the order or does not: a prop that says otherwise is refused', async (t) => {
  const handedIn = (arn: string) => refusals(withWorker((scope) => ({ queue: sqs.Queue.fromQueueArn(scope, 'Queue', arn), fifo: true })).scope)

  t.strictSame(handedIn(ARN), ['fifo: the queue that is handed in keeps no order'])
  t.strictSame(handedIn(`${ARN}.fifo`), [])
})

t.test('a message stays invisible for as long as it may take', async () => {
  synthesise(withWorker({ longestMessage: seconds(45) }).scope).template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 60 })
  const long = withWorker({ longestMessage: minutes(5), preflight: { 'longest-message': 'off' } })
  synthesise(long.scope).template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 300 })
})

t.test('a message that takes longer than a stop leaves it is a warning', async (t) => {
  t.match(warned({ longestMessage: minutes(5) }), [/^longest-message: longestMessage \(300 s\) must be at most the force point \(50 s\)\. /])
  t.match(refused({ longestMessage: minutes(5), preflight: { 'longest-message': 'error' } }), [/^longest-message: /])
})

t.test('a poll that outlasts the force point is refused', async (t) => {
  t.match(refused({ stopTimeout: seconds(12), waitTime: seconds(20) }), [
    /^last-poll: the consumer's wait time \(20 s\) must be at most the force point \(8\.8 s\)\. .*lower waitTime.*to 8\.8 s or less/
  ])
})

t.test('what SQS and Fargate do not take is refused', async (t) => {
  const wrong = { waitTime: seconds(21), desiredCount: 0, backlogPerTask: 0, cpu: 3, environment: { QUEUE_URL: '' }, preflight: { visible: 'off' } as object }

  t.strictSame(refused(wrong).map((line) => line.split(' known are')[0]), [
    'waitTime, in seconds, must be a whole number from 0 to 20, but is 21',
    'desiredCount must be a whole number from 1 to 5000, but is 0',
    'backlogPerTask must be a whole number from 1 to 120000, but is 0',
    'cpu must be one of 256, 512, 1024, 2048, 4096, 8192, 16384 on Fargate, but is 3',
    'environment.QUEUE_URL is for the construct to set, from its other props: leave it out',
    'there is no option preflight.visible:'
  ])
  t.match(refused({ stopTimeout: seconds(300), visibilityTimeout: seconds(600) }), [/^fargate-stop-timeout: /])
  t.match(refused({ application: { gracePeriod: seconds(60) } }), [/^the timings do not fit: /])
})

t.test('a worker may run on Spot, be asked how it is, protect itself, and go unwatched', async (t) => {
  const { scope, worker } = withWorker({ spot: {}, protect: true, sigkillAlarm: false, healthCheckCommand: ['CMD', 'node', 'check.js'] })

  const { template } = synthesise(scope)

  t.equal(told(template).CAPACITY, 'mixed')
  t.equal(worker.sigkill, undefined)
  template.hasResourceProperties('AWS::ECS::TaskDefinition', {
    ContainerDefinitions: [Match.objectLike({ HealthCheck: Match.objectLike({ Command: ['CMD', 'node', 'check.js'] }) })]
  })
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({ Statement: Match.arrayWith([Match.objectLike({ Action: ['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'] })]) })
  })
})
