import { Duration } from 'aws-cdk-lib'
import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import type * as iam from 'aws-cdk-lib/aws-iam'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'

import { scaleByBacklog } from './parts/backlog-scaling'
import { milliseconds } from './parts/known'
import { serviceOf } from './parts/fargate-service'
import { findingsOf, hold } from './parts/held'
import { grant } from './parts/permissions'
import { placeOf } from './parts/place'
import { scale } from './parts/scaling'
import { taskOf } from './parts/task'
import { applicationPlan } from './parts/timings'
import { workerProblems } from './parts/worker-problems'
import { workerFindings } from './parts/worker-rules'
import { readWorkerProps, workerEnvironment, type WorkerSettings } from './parts/worker-settings'
import { watchSigkill, type Sigkill } from './sigkill'
import type { GracefulWorkerServiceProps } from './worker-props'

/** A Fargate service that consumes a queue: no load balancer, as many tasks as there is work for, and times that agree with the queue's. */
export class GracefulWorkerService extends Construct implements ec2.IConnectable, iam.IGrantable {
  readonly service: ecs.FargateService
  /** Of the tasks, so that a database can let this service in. */
  readonly connections: ec2.Connections
  /** The task role, so that a queue or a bucket can be granted to this service. */
  readonly grantPrincipal: iam.IPrincipal
  readonly cluster: ecs.ICluster
  readonly taskDefinition: ecs.FargateTaskDefinition
  /** The one that the application runs in. */
  readonly container: ecs.ContainerDefinition
  readonly queue: sqs.IQueue
  /** Undefined where the queue was handed in. */
  readonly deadLetterQueue?: sqs.Queue
  readonly scaling: ecs.ScalableTaskCount
  readonly sigkill?: Sigkill

  constructor (scope: Construct, id: string, props: GracefulWorkerServiceProps) {
    super(scope, id)
    const settings = readWorkerProps(props)
    this.cluster = placeOf(this, settings)
    if (settings.queue) this.queue = settings.queue
    else {
      this.deadLetterQueue = new sqs.Queue(this, 'DeadLetterQueue', { ...fifo(settings), retentionPeriod: Duration.days(14), enforceSSL: true })
      this.queue = new sqs.Queue(this, 'Queue', {
        ...fifo(settings),
        visibilityTimeout: settings.visibilityTimeout,
        deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount: settings.maxReceiveCount },
        enforceSSL: true
      })
    }

    const environment = workerEnvironment(settings, this.queue.queueUrl)
    const { taskDefinition, container } = taskOf(this, settings, { environment, healthCheckCommand: settings.healthCheckCommand })
    this.taskDefinition = taskDefinition
    this.container = container
    grant(taskDefinition, this.cluster, settings)
    this.queue.grantConsumeMessages(taskDefinition.taskRole)

    this.service = serviceOf(this, settings, { cluster: this.cluster, taskDefinition })
    this.connections = this.service.connections
    this.grantPrincipal = taskDefinition.taskRole
    this.scaling = scale(this.service, settings, settings.maxCapacity)
    scaleByBacklog(this, this.scaling, { service: this.service, queue: this.queue, backlogPerTask: settings.backlogPerTask })
    if (settings.sigkillAlarm) this.sigkill = watchSigkill(this, this.service)

    const { plan, problems } = applicationPlan(settings.application, settings.stopTimeout)
    hold(this, [...workerProblems(settings, environment), ...problems], [
      ...findingsOf({ plan, stopTimeout: milliseconds(settings.stopTimeout), capacity: settings.spot ? 'mixed' : 'fargate' }, settings.preflight),
      ...workerFindings({
        plan,
        waitTime: milliseconds(settings.waitTime),
        visibilityTimeout: milliseconds(settings.visibilityTimeout),
        longestMessage: milliseconds(settings.longestMessage)
      }, settings.preflight)
    ])
  }
}

function fifo ({ fifo }: WorkerSettings): Pick<sqs.QueueProps, 'fifo'> {
  return fifo ? { fifo } : {} // false is not a value that CloudFormation knows
}
