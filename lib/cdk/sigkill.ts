import { Duration } from 'aws-cdk-lib'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import * as events from 'aws-cdk-lib/aws-events'
import type { Construct } from 'constructs'

/** 128 and the number of SIGKILL. */
const KILLED = 137

export interface Sigkill {
  /** Give it a target, such as a topic, to be told which task it was. */
  readonly rule: events.Rule
  readonly alarm: cloudwatch.Alarm
}

/**
 * Counts tasks of a service with a container that was killed while it was being stopped. No log, no function: EventBridge itself
 * counts what its rules match. A container that runs out of memory is killed as well, but stops its task by that (EssentialContainerExited).
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
  const metric = new cloudwatch.Metric({
    namespace: 'AWS/Events',
    metricName: 'TriggeredRules',
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
  return { rule, alarm }
}
