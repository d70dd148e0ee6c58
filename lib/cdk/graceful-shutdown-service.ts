import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import type * as ec2 from 'aws-cdk-lib/aws-ec2'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type * as iam from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'

import { deploymentAlarms } from './parts/deployment-alarms'
import { serviceOf } from './parts/fargate-service'
import { frontOf, knownVpc, loadBalancerOf, type Front } from './parts/front'
import { findingsOf, hold } from './parts/held'
import { grant } from './parts/permissions'
import { placeOf } from './parts/place'
import { mostTasks, scale } from './parts/scaling'
import { factsOf } from './parts/service-facts'
import { serviceProblems } from './parts/service-problems'
import { environmentOf, readProps } from './parts/service-settings'
import { outputUrl, urlOf } from './parts/service-url'
import { checkCommand, taskOf } from './parts/task'
import { applicationPlan } from './parts/timings'
import type { GracefulShutdownServiceProps } from './service-props'
import { watchSigkill, type Sigkill } from './sigkill'

/**
 * A Fargate service behind an Application Load Balancer whose times agree with one another and with those of the plugin inside, which is
 * told them by variables. Times that cannot fit fail at synthesis.
 */
export class GracefulShutdownService extends Construct implements ec2.IConnectable, iam.IGrantable {
  readonly service: ecs.FargateService
  /** Of the tasks, so that a database can let this service in. */
  readonly connections: ec2.Connections
  /** The task role, so that a queue or a bucket can be granted to this service. */
  readonly grantPrincipal: iam.IPrincipal
  readonly cluster: ecs.ICluster
  readonly taskDefinition: ecs.FargateTaskDefinition
  /** The one that the application runs in. */
  readonly container: ecs.ContainerDefinition
  readonly targetGroup: elbv2.ApplicationTargetGroup
  readonly listener: elbv2.IApplicationListener
  /** Where clients find the service; undefined where a listener was imported, whose port is not known. */
  readonly url?: string
  /** What rolls a deployment back. */
  readonly deploymentAlarms: readonly cloudwatch.Alarm[]
  readonly sigkill?: Sigkill
  /** Undefined where the number of tasks stays as it is. */
  readonly scaling?: ecs.ScalableTaskCount
  readonly #front: Front

  constructor (scope: Construct, id: string, props: GracefulShutdownServiceProps) {
    super(scope, id)
    const settings = readProps(props)
    this.cluster = placeOf(this, settings, knownVpc(settings))
    this.#front = frontOf(this, settings, this.cluster.vpc)
    this.listener = this.#front.listener
    this.targetGroup = this.#front.targetGroup

    const { targetGroupArn } = this.targetGroup
    const environment = environmentOf(settings, targetGroupArn)
    const { taskDefinition, container } = taskOf(this, settings, {
      environment, port: settings.containerPort, healthCheckCommand: checkCommand(settings)
    })
    this.taskDefinition = taskDefinition
    this.container = container
    grant(taskDefinition, this.cluster, { ...settings, deregisterFrom: settings.deregister ? targetGroupArn : undefined })

    const maxCapacity = mostTasks(settings)
    this.deploymentAlarms = deploymentAlarms(this, this.#front, settings)
    this.service = serviceOf(this, settings, {
      cluster: this.cluster,
      taskDefinition,
      desiredCount: maxCapacity === undefined ? settings.desiredCount : undefined, // or each deployment took back what scaling has decided
      healthCheckGracePeriod: settings.healthCheckGracePeriod,
      deploymentAlarms: this.deploymentAlarms.length > 0 ? { alarmNames: this.deploymentAlarms.map(({ alarmName }) => alarmName) } : undefined
    })
    this.connections = this.service.connections
    this.grantPrincipal = taskDefinition.taskRole
    this.service.attachToApplicationTargetGroup(this.targetGroup)
    if (maxCapacity !== undefined) {
      this.scaling = scale(this.service, settings, maxCapacity)
      this.scaling.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: settings.targetCpuUtilization })
    }
    if (settings.sigkillAlarm) this.sigkill = watchSigkill(this, this.service)

    this.url = urlOf(this.#front, settings.domainName)
    if (this.url !== undefined && settings.urlOutput !== false) outputUrl(this, this.url, settings.urlOutput)

    const { plan, problems } = applicationPlan(settings.application, settings.stopTimeout)
    hold(this, [...serviceProblems(settings, environment), ...problems], findingsOf(factsOf(settings, plan), settings.preflight))
  }

  /** Throws for an imported listener whose load balancer was not handed in. */
  get loadBalancer (): elbv2.IApplicationLoadBalancer {
    return loadBalancerOf(this.#front)
  }
}
