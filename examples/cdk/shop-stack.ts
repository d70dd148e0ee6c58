import { Duration, Stack, TimeZone, type StackProps } from 'aws-cdk-lib'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { Construct } from 'constructs'
import { GracefulShutdownService, GracefulWorkerService, PullThroughCache } from 'fastify-ecs-graceful/cdk'

import { checkCommand, imageOf } from './images'

export interface ShopProps extends StackProps {
  /** Of a secret with `databaseUrl` and `redisUrl`. */
  readonly secretName: string
}

/** The checkout behind a load balancer, and the worker that does what its orders ask for. */
export class ShopStack extends Stack {
  constructor (scope: Construct, id: string, { secretName, ...props }: ShopProps) {
    super(scope, id, props)
    const secret = Secret.fromSecretNameV2(this, 'Databases', secretName)
    const databases = {
      DATABASE_URL: ecs.Secret.fromSecretsManager(secret, 'databaseUrl'),
      REDIS_URL: ecs.Secret.fromSecretsManager(secret, 'redisUrl')
    }

    const worker = new GracefulWorkerService(this, 'Worker', {
      image: imageOf('worker'),
      secrets: databases,
      environment: { PORT: '3000' }, // it answers /health, too
      healthCheckCommand: checkCommand('http://127.0.0.1:3000/health/live'),
      longestMessage: Duration.seconds(10),
      waitTime: Duration.seconds(2), // as examples/worker/app.ts has it
      spot: { base: 0 },
      protect: true
    })

    const checkout = new GracefulShutdownService(this, 'Checkout', {
      image: imageOf('checkout'),
      cluster: worker.cluster,
      secrets: databases,
      environment: { QUEUE_URL: worker.queue.queueUrl },
      healthCheckCommand: checkCommand('http://127.0.0.1:3000/health/live'),
      cpu: 1024, // a start on 256 units takes four times as long
      memoryLimitMiB: 2048,
      vpcEndpoints: true,
      spot: { weight: 1, base: 2 },
      application: { longestRequest: Duration.seconds(5) },
      maxCapacity: 20,
      peaks: [{ from: '09:00', until: '13:00', tasks: 8, days: 'MON-FRI', timeZone: TimeZone.EUROPE_BERLIN }]
    })
    worker.queue.grantSendMessages(checkout)

    // What is public comes by way of the own registry, too.
    const cache = new PullThroughCache(this, 'PublicImages', { upstream: 'ecr-public' })
    checkout.taskDefinition.addContainer('metrics', {
      image: cache.image('aws-observability/aws-otel-collector', 'v0.43.3'),
      essential: false,
      stopTimeout: Duration.seconds(30),
      logging: ecs.LogDrivers.awsLogs({ streamPrefix: 'metrics' })
    })
  }
}
