import { Duration, Stack } from 'aws-cdk-lib'
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

import { checkCommand, imageOf } from './images'
import type { ShopProps } from './shop-stack'

/** What a task has to stop, and what its agent is told: one number. */
const STOP_TIMEOUT = Duration.seconds(60)

/**
 * The worker on instances of one's own, where a start is fastest: the image is there from the task before, and a tenth of the capacity is
 * kept free. One strategy cannot mix this with Fargate, so it is a stack of its own.
 */
export class InstancesStack extends Stack {
  constructor (scope: Construct, id: string, { secretName, ...props }: ShopProps) {
    super(scope, id, props)
    const secret = Secret.fromSecretNameV2(this, 'Databases', secretName)
    const orders = new Queue(this, 'Orders', {
      visibilityTimeout: STOP_TIMEOUT, deadLetterQueue: { queue: new Queue(this, 'Unfulfilled'), maxReceiveCount: 10 }
    })
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
      environment: {
        PORT: '3000',
        QUEUE_URL: orders.queueUrl,
        ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: `${STOP_TIMEOUT.toSeconds()}`,
        ECS_GRACEFUL_CAPACITY: 'ec2'
      },
      secrets: { DATABASE_URL: ecs.Secret.fromSecretsManager(secret, 'databaseUrl') },
      healthCheck: { command: checkCommand('http://127.0.0.1:3000/health/live') },
      linuxParameters: new ecs.LinuxParameters(this, 'LinuxParameters', { initProcessEnabled: true }),
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'worker' })
    })
    orders.grantConsumeMessages(taskDefinition.taskRole)
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
