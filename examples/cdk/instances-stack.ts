import { Duration, Stack, type StackProps } from 'aws-cdk-lib'
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'

import { imageOf } from './images'

/** What a task has to stop, and what its agent is told: one number. */
const STOP_TIMEOUT = Duration.seconds(60)

/**
 * The worker on instances of one's own, where a start is fastest: the image is there from the task before, and a tenth of the capacity is
 * kept free. One strategy cannot mix this with Fargate, so it is a stack of its own.
 */
export class InstancesStack extends Stack {
  constructor (scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props)
    const vpc = new ec2.Vpc(this, 'Vpc', { maxAzs: 2 })
    const cluster = new ecs.Cluster(this, 'Cluster', { vpc })

    const userData = ec2.UserData.forLinux()
    userData.addCommands(
      'echo ECS_IMAGE_PULL_BEHAVIOR=prefer-cached >> /etc/ecs/ecs.config',
      'echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config',
      `echo ECS_CONTAINER_STOP_TIMEOUT=${STOP_TIMEOUT.toSeconds()}s >> /etc/ecs/ecs.config` // a bare number is not understood
    )
    const instances = new autoscaling.AutoScalingGroup(this, 'Instances', {
      vpc,
      launchTemplate: new ec2.LaunchTemplate(this, 'Template', {
        instanceType: new ec2.InstanceType('m7i.large'),
        machineImage: ecs.EcsOptimizedImage.amazonLinux2023(),
        userData,
        role: new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') }),
        securityGroup: new ec2.SecurityGroup(this, 'Group', { vpc }),
        requireImdsv2: true
      }),
      minCapacity: 1,
      maxCapacity: 10
    })
    const provider = new ecs.AsgCapacityProvider(this, 'Provider', {
      autoScalingGroup: instances,
      enableManagedScaling: true,
      targetCapacityPercent: 90, // the tenth that is kept free is what the next task starts on
      enableManagedDraining: true, // tasks are stopped in order before their instance goes
      enableManagedTerminationProtection: true // and none goes that has tasks
    })
    cluster.addAsgCapacityProvider(provider)

    const taskDefinition = new ecs.Ec2TaskDefinition(this, 'TaskDefinition')
    taskDefinition.addContainer('app', {
      image: imageOf('worker'),
      memoryReservationMiB: 512,
      stopTimeout: STOP_TIMEOUT,
      environment: { ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: `${STOP_TIMEOUT.toSeconds()}`, ECS_GRACEFUL_CAPACITY: 'ec2' },
      linuxParameters: new ecs.LinuxParameters(this, 'LinuxParameters', { initProcessEnabled: true }),
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'worker' })
    })
    new ecs.Ec2Service(this, 'Service', {
      cluster,
      taskDefinition,
      desiredCount: 2,
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
      capacityProviderStrategies: [{ capacityProvider: provider.capacityProviderName, weight: 1 }]
    })
  }
}
