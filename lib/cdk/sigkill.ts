import { Duration } from 'aws-cdk-lib'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import * as events from 'aws-cdk-lib/aws-events'
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets'
import * as sqs from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

/** 128 and the number of SIGKILL. */
const KILLED = 137

export interface Sigkill {
  /** Further targets, such as a topic, can be added to it. */
  readonly rule: events.Rule
  /** Keeps the events for 14 days: which task it was, why it was stopped, and when. */
  readonly queue: sqs.Queue
  readonly alarm: cloudwatch.Alarm
}

/**
 * Counts tasks of a service with a container that was killed while it was being stopped. No log, no function: EventBridge counts how
 * often it invokes a rule's targets. AWS documents no such count for a rule that has none, hence the queue; and what CloudWatch counts
 * is best effort, so the queue is the evidence. A container that runs out of memory is killed as well, but stops its task by that
 * (EssentialContainerExited).
 */
export function watchSigkill (scope: Construct, service: ecs.FargateService): Sigkill {
  const rule = new events.Rule(scope, 'Sigkill', {
    description: 'Tasks whose container was killed by SIGKILL because a stop took longer than its stopTimeout',
    eventPattern: {
      source: ['aws.ecs'],
      detailType: ['ECS Task State Change'],
      detail: {
        clusterArn: [service.cluster.clusterArn],
        group: [`service:${service.serviceName}`],
        lastStatus: ['STOPPED'],
        stopCode: [{ 'anything-but': ['EssentialContainerExited', 'TaskFailedToStart'] }],
        containers: { exitCode: [KILLED] }
      }
    }
  })
  const queue = new sqs.Queue(scope, 'Killed', { retentionPeriod: Duration.days(14), enforceSSL: true })
  rule.addTarget(new SqsQueue(queue))
  const metric = new cloudwatch.Metric({
    namespace: 'AWS/Events',
    metricName: 'Invocations',
    dimensionsMap: { RuleName: rule.ruleName },
    statistic: 'Sum',
    period: Duration.minutes(1)
  })
  const alarm = new cloudwatch.Alarm(scope, 'SigkillAlarm', {
    alarmDescription: 'A task was killed before its drain was over: its last log line says how far it came',
    metric,
    threshold: 1,
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING
  })
  return { rule, queue, alarm }
}
