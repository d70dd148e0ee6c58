import { Duration } from 'aws-cdk-lib'
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch'
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import type { Construct } from 'constructs'

import type { Front } from './front'
import type { ServiceSettings } from './service-settings'

const period = Duration.minutes(1)
const statistic = 'Sum'

/**
 * By what a deployment that drops requests is known: 5xx of the targets, and of the load balancer itself, which is what a dropped
 * connection becomes. The balancer's count is for all that stands behind it, so it is not watched where others may.
 */
export function deploymentAlarms (
  scope: Construct, { targetGroup, loadBalancer }: Front, { deploymentErrors, isShared }: ServiceSettings
): cloudwatch.Alarm[] {
  if (deploymentErrors === false) return []
  const alarm = (id: string, metric: cloudwatch.IMetric, alarmDescription: string) => new cloudwatch.Alarm(scope, id, {
    alarmDescription,
    metric,
    threshold: deploymentErrors,
    evaluationPeriods: 1,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING
  })
  const ofTargets = targetGroup.metrics.httpCodeTarget(elbv2.HttpCodeTarget.TARGET_5XX_COUNT, { period, statistic })
  const alarms = [alarm('TargetErrors', ofTargets, 'Tasks answered 5xx')]
  if (isShared) return alarms

  const ofBalancer = loadBalancer!.metrics.httpCodeElb(elbv2.HttpCodeElb.ELB_5XX_COUNT, { period, statistic })
  return [...alarms, alarm('BalancerErrors', ofBalancer,
    'The load balancer itself answered 5xx: 502 for a connection that was dropped, 503 where there is no task, 504 for one that is too slow')]
}
