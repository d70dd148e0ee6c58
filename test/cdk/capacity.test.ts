import { CfnParameter, Duration, TimeZone } from 'aws-cdk-lib'
import { Match } from 'aws-cdk-lib/assertions'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import t from 'tap'

import { fargateSizes, type GracefulShutdownServiceProps, type Peak } from '../../lib/cdk/index'
import { refusals, synthesise, told, vpc, withService } from '../helpers/cdk'

const { seconds } = Duration
const times = (props: Partial<GracefulShutdownServiceProps>) => {
  const { STOP_TIMEOUT_SECONDS, DEREGISTRATION_DELAY_SECONDS } = told(synthesise(withService(props).scope).template)
  return [DEREGISTRATION_DELAY_SECONDS, STOP_TIMEOUT_SECONDS]
}

t.test('Spot and on demand are mixed, and the cluster is told of both first', async (t) => {
  const { scope } = withService({ spot: { weight: 3, base: 2 } })

  const { template } = synthesise(scope)

  const [association] = Object.keys(template.findResources('AWS::ECS::ClusterCapacityProviderAssociations'))
  template.hasResource('AWS::ECS::Service', {
    Properties: {
      LaunchType: Match.absent(),
      CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Base: 2, Weight: 1 }, { CapacityProvider: 'FARGATE_SPOT', Weight: 3 }]
    },
    DependsOn: Match.arrayWith([association])
  })
  template.hasResourceProperties('AWS::ECS::ClusterCapacityProviderAssociations', { CapacityProviders: ['FARGATE', 'FARGATE_SPOT'] })
  t.equal(told(template).CAPACITY, 'mixed')
})

t.test('one task of two is on demand unless said otherwise', async () => {
  synthesise(withService({ spot: {} }).scope).template.hasResourceProperties('AWS::ECS::Service', {
    CapacityProviderStrategy: [{ CapacityProvider: 'FARGATE', Base: 1, Weight: 1 }, { CapacityProvider: 'FARGATE_SPOT', Weight: 1 }]
  })
})

t.test('a cluster that is handed in learns of Spot, and an imported one is left as it is', async () => {
  const own = withService((scope) => ({ cluster: new ecs.Cluster(scope, 'Cluster', { vpc: vpc(scope) }), spot: {} }))
  const imported = withService((scope) => ({ cluster: ecs.Cluster.fromClusterAttributes(scope, 'Cluster', { clusterName: 'shop', vpc: vpc(scope) }), spot: {} }))

  synthesise(own.scope).template.resourceCountIs('AWS::ECS::ClusterCapacityProviderAssociations', 1)
  synthesise(imported.scope).template.resourceCountIs('AWS::ECS::ClusterCapacityProviderAssociations', 0)
})

t.test('on Spot a default gives way to what is given, so that both fit into two minutes', async (t) => {
  t.strictSame(times({ spot: {} }), ['30', '60'])
  t.strictSame(times({ spot: {}, stopTimeout: seconds(110) }), ['10', '110'])
  t.strictSame(times({ spot: {}, deregistrationDelay: seconds(90) }), ['90', '30'])
  t.strictSame(times({ stopTimeout: seconds(110) }), ['30', '110'])
  t.match(refusals(withService({ spot: {}, deregistrationDelay: seconds(200) }).scope)[0], /^the timings do not fit: .* stopTimeout 0 ms/)
})

t.test('every size that Fargate offers is one of a grid', async (t) => {
  const count = [...fargateSizes.values()].map((memory) => [memory[0], memory.at(-1), memory.length])

  t.strictSame([...fargateSizes.keys()], [256, 512, 1_024, 2_048, 4_096, 8_192, 16_384])
  t.strictSame(count, [
    [512, 2_048, 3], [1_024, 4_096, 4], [2_048, 8_192, 7], [4_096, 16_384, 13], [8_192, 30_720, 23], [16_384, 61_440, 12], [32_768, 122_880, 12]
  ])
})

t.test('a service that scales does so by CPU, and no deployment takes it back', async (t) => {
  const { scope, service } = withService({ maxCapacity: 8, targetCpuUtilization: 50 })

  const { template } = synthesise(scope)

  template.hasResourceProperties('AWS::ECS::Service', { DesiredCount: Match.absent() })
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 2, MaxCapacity: 8 })
  template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalingPolicy', {
    TargetTrackingScalingPolicyConfiguration: Match.objectLike({ TargetValue: 50, PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' } })
  })
  t.ok(service.scaling)
  t.equal(withService().service.scaling, undefined)
})

const scheduled = (...peaks: Peak[]) => {
  const { template } = synthesise(withService({ peaks }).scope)
  const [target] = Object.values(template.findResources('AWS::ApplicationAutoScaling::ScalableTarget'))
  const { MinCapacity, MaxCapacity, ScheduledActions } = target!.Properties as {
    MinCapacity: number
    MaxCapacity: number
    ScheduledActions: Array<{ Schedule: string, Timezone?: string, ScalableTargetAction: { MinCapacity: number } }>
  }
  const actions = ScheduledActions.map(({ Schedule, Timezone, ScalableTargetAction }) => [Schedule, Timezone, ScalableTargetAction.MinCapacity])
  return { range: [MinCapacity, MaxCapacity], actions }
}

t.test('tasks are started five minutes before a peak, and taken back after it', async (t) => {
  const { range, actions } = scheduled({ from: '09:00', until: '18:30', tasks: 10, days: 'MON-FRI', timeZone: TimeZone.EUROPE_BERLIN })

  t.strictSame(range, [2, 10])
  t.strictSame(actions, [
    ['cron(55 8 ? * MON-FRI *)', 'Europe/Berlin', 10],
    ['cron(30 18 ? * MON-FRI *)', 'Europe/Berlin', 2]
  ])
})

t.test('a peak of every day may begin the evening before', async (t) => {
  t.strictSame(scheduled({ from: '00:02', until: '06:00', tasks: 5, ahead: Duration.minutes(10) }).actions, [
    ['cron(52 23 * * ? *)', undefined, 5], ['cron(0 6 * * ? *)', undefined, 2]
  ])
})

t.test('where peaks meet or overlap, the end of one takes nothing from the other', async (t) => {
  const meeting = scheduled({ from: '09:00', until: '12:00', tasks: 8, days: 'MON-FRI' }, { from: '12:00', until: '14:00', tasks: 10, days: 'MON-FRI' })
  const overlapping = scheduled({ from: '22:00', until: '02:00', tasks: 9 }, { from: '01:00', until: '03:00', tasks: 5 })
  const apart = scheduled({ from: '09:00', until: '12:00', tasks: 8, days: 'MON-FRI' }, { from: '11:00', until: '14:00', tasks: 10, days: 'SAT' })
  const elsewhere = scheduled({ from: '09:00', until: '12:00', tasks: 8 }, { from: '11:00', until: '14:00', tasks: 10, timeZone: TimeZone.ASIA_TOKYO })

  const least = ({ actions }: typeof meeting) => actions.map(([, , tasks]) => tasks)
  t.strictSame(least(meeting), [8, 10, 10, 2])
  t.strictSame(least(overlapping), [9, 5, 9, 2])
  t.strictSame(least(apart), [8, 2, 10, 2])
  t.strictSame(least(elsewhere), [8, 2, 10, 2])
})

t.test('what is no time of day, or goes over midnight on chosen days, is refused', async (t) => {
  const refused = (...peaks: Peak[]) => refusals(withService({ peaks }).scope)

  t.strictSame(refused({ from: '9:00', until: '24:00', tasks: 3 }), [
    "peaks[0].from must be a time of day as HH:MM, but is '9:00'", "peaks[0].until must be a time of day as HH:MM, but is '24:00'"
  ])
  t.match(refused({ from: '00:02', until: '06:00', tasks: 3, days: 'MON' }), [/^peaks\[0\] goes over midnight/])
  t.match(refused({ from: '22:00', until: '02:00', tasks: 3, days: 'MON' }), [/^peaks\[0\] goes over midnight/])
  t.strictSame(refused({ from: '22:00', until: '02:00', tasks: 3 }), [])
  t.strictSame(refused({ from: '09:00', until: '12:00', tasks: 3 }, { from: '11:00', until: '13:00', tasks: 3, days: 'FRI' }), [
    'peaks[0] is on every day, and overlaps one that has days: give it days, too'
  ])
  t.strictSame(refused({ from: '09:00', until: '12:00', tasks: 0.5 }), ['peaks[0].tasks must be a whole number from 1 to 5000, but is 0.5'])
})

t.test('a number of tasks that only CloudFormation knows needs a most', async (t) => {
  const peaks = (more: Partial<GracefulShutdownServiceProps>) => withService((scope) => ({
    peaks: [{ from: '09:00', until: '12:00', tasks: new CfnParameter(scope, 'Tasks', { type: 'Number' }).valueAsNumber }], ...more
  })).scope

  t.strictSame(refusals(peaks({})), ['peaks[0].tasks is a token, so that it cannot be told how many tasks there may be: give maxCapacity'])
  synthesise(peaks({ maxCapacity: 20 })).template.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
    MaxCapacity: 20, ScheduledActions: Match.arrayWith([Match.objectLike({ ScalableTargetAction: { MinCapacity: { Ref: 'Tasks' } } })])
  })
})

t.test('a peak that needs more tasks than there may be is refused', async (t) => {
  const { scope } = withService({ maxCapacity: 4, peaks: [{ from: '09:00', until: '12:00', tasks: 5 }] })

  t.strictSame(refusals(scope), ['peaks[0].tasks must be at most maxCapacity, which is 4, but is 5'])
})
