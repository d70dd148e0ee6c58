import { Match } from 'aws-cdk-lib/assertions'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import t from 'tap'

import { synthesise, told, vpc, withService } from '../helpers/cdk'

interface Statement {
  readonly Action: string | string[]
  readonly Resource: unknown
}

/** What the task role may do, by action. */
function allowed (scope: Parameters<typeof synthesise>[0]): Record<string, unknown> {
  const policies = Object.entries(synthesise(scope).template.findResources('AWS::IAM::Policy')).filter(([id]) => id.includes('TaskRole'))
  const statements: Statement[] = policies.flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
  return Object.fromEntries(statements.map(({ Action, Resource }) => [String(Action), Resource]))
}

t.test('a task whose container was killed is kept and counted without a log, and seen by an alarm', async (t) => {
  const { scope, service } = withService()

  const { template } = synthesise(scope)

  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Task State Change'],
      detail: {
        clusterArn: [Match.anyValue()],
        group: [{ 'Fn::Join': ['', ['service:', { 'Fn::GetAtt': [Match.stringLikeRegexp('Service'), 'Name'] }]] }],
        lastStatus: ['STOPPED'],
        stopCode: [{ 'anything-but': ['EssentialContainerExited', 'TaskFailedToStart'] }],
        containers: { exitCode: [137] }
      }
    },
    Targets: [Match.objectLike({ Arn: scope.resolve(service.sigkill!.queue.queueArn) as object })]
  })
  template.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 1_209_600 })
  template.hasResourceProperties('AWS::SQS::QueuePolicy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([Match.objectLike({
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Condition: { ArnEquals: { 'aws:SourceArn': scope.resolve(service.sigkill!.rule.ruleArn) as object } }
      })])
    })
  })
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Namespace: 'AWS/Events',
    MetricName: 'Invocations',
    Dimensions: [{ Name: 'RuleName', Value: scope.resolve(service.sigkill!.rule.ruleName) as object }],
    Statistic: 'Sum',
    Period: 60,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching'
  })
  t.ok(service.sigkill?.alarm)
})

t.test('it need not be watched for', async (t) => {
  const { scope, service } = withService({ sigkillAlarm: false, deploymentErrors: false })

  synthesise(scope).template.resourceCountIs('AWS::CloudWatch::Alarm', 0)
  synthesise(scope).template.resourceCountIs('AWS::Events::Rule', 0)
  synthesise(scope).template.resourceCountIs('AWS::SQS::Queue', 0)
  t.equal(service.sigkill, undefined)
  t.strictSame(service.deploymentAlarms, [])
})

t.test('5xx of the targets and of the load balancer roll a deployment back', async (t) => {
  const { scope, service } = withService({ deploymentErrors: 3 })

  const { template } = synthesise(scope)

  const alarm = { Namespace: 'AWS/ApplicationELB', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 3, ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' }
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { ...alarm, MetricName: 'HTTPCode_Target_5XX_Count' })
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { ...alarm, MetricName: 'HTTPCode_ELB_5XX_Count' })
  template.hasResourceProperties('AWS::ECS::Service', {
    DeploymentConfiguration: Match.objectLike({
      Alarms: { Enable: true, Rollback: true, AlarmNames: service.deploymentAlarms.map(({ alarmName }) => scope.resolve(alarmName) as object) }
    })
  })
  t.equal(service.deploymentAlarms.length, 2)
})

t.test('on a load balancer that others share, only what its own targets answer counts', async (t) => {
  const { scope, service } = withService((scope) => ({
    priority: 1,
    conditions: [elbv2.ListenerCondition.pathPatterns(['/*'])],
    listener: elbv2.ApplicationListener.fromApplicationListenerAttributes(scope, 'Listener', {
      listenerArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener/app/shop/0123456789abcdef/0123456789abcdef',
      securityGroup: ec2.SecurityGroup.fromSecurityGroupId(scope, 'Group', 'sg-1')
    })
  }))

  synthesise(scope).template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'HTTPCode_Target_5XX_Count', Dimensions: Match.arrayWith([{ Name: 'LoadBalancer', Value: 'app/shop/0123456789abcdef' }])
  })
  t.equal(service.deploymentAlarms.length, 1)
})

t.test('a task may do nothing of itself', async (t) => {
  t.strictSame(allowed(withService().scope), {})
})

t.test('a task that takes itself out of its target group may do that, there, and is told where', async (t) => {
  const { scope, service } = withService({ deregister: true })

  const arn = scope.resolve(service.targetGroup.targetGroupArn) as object
  t.strictSame(allowed(scope), { 'elasticloadbalancing:DeregisterTargets': arn })
  t.strictSame(told(synthesise(scope).template).TARGET_GROUP_ARN, arn)
})

t.test('a task that asks ECS, or protects itself, may do so for tasks of its cluster', async (t) => {
  const { scope, service } = withService({ describe: true, protect: true })

  const tasks = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ecs:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':task/', scope.resolve(service.cluster.clusterName), '/*']] }
  t.strictSame(allowed(scope), {
    'ecs:DescribeTasks': tasks, 'ecs:DescribeTaskDefinition': '*', 'ecs:GetTaskProtection,ecs:UpdateTaskProtection': tasks
  })
})

t.test('other constructs can let it in, and be granted to it', async () => {
  const { scope, service } = withService()
  const group = new ec2.SecurityGroup(scope, 'Database', { vpc: vpc(scope) })

  group.connections.allowFrom(service, ec2.Port.tcp(5432))
  new Queue(scope, 'Mail').grantSendMessages(service)

  const { template } = synthesise(scope)
  template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: 5432, SourceSecurityGroupId: Match.anyValue() })
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({ Statement: [Match.objectLike({ Action: Match.arrayWith(['sqs:SendMessage']) })] }),
    Roles: [scope.resolve(service.taskDefinition.taskRole.roleName)]
  })
})
