import * as scaling from 'aws-cdk-lib/aws-applicationautoscaling'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import type * as sqs from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'

/**
 * Keeps so many messages waiting for each task. AWS: "Scale based on Amazon SQS"; the depth of the queue alone says nothing of how many
 * share it. How many tasks run is the number of samples of their CPU ("Service RUNNING task count"): that costs nothing, unlike
 * Container Insights. An L1, because the CDK's own target tracking takes no metric math.
 */
export function scaleByBacklog (scope: Construct, count: ecs.ScalableTaskCount, { service, queue, backlogPerTask }: {
  readonly service: ecs.FargateService
  readonly queue: sqs.IQueue
  readonly backlogPerTask: number
}): void {
  const policy = new scaling.CfnScalingPolicy(scope, 'Backlog', {
    policyName: `${scope.node.addr}Backlog`,
    policyType: 'TargetTrackingScaling',
    serviceNamespace: 'ecs',
    scalableDimension: 'ecs:service:DesiredCount',
    resourceId: `service/${service.cluster.clusterName}/${service.serviceName}`,
    targetTrackingScalingPolicyConfiguration: {
      targetValue: backlogPerTask,
      customizedMetricSpecification: {
        metrics: [
          metric('waiting', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Average', { QueueName: queue.queueName }),
          metric('tasks', 'AWS/ECS', 'CPUUtilization', 'SampleCount', { ClusterName: service.cluster.clusterName, ServiceName: service.serviceName }),
          // A queue that has been idle for hours reports nothing.
          { id: 'backlog', expression: 'FILL(waiting, 0) / tasks', label: 'Messages waiting for each task', returnData: true }
        ]
      }
    }
  })
  policy.node.addDependency(count)
}

function metric (
  id: string, namespace: string, metricName: string, stat: string, dimensions: Record<string, string>
): scaling.CfnScalingPolicy.TargetTrackingMetricDataQueryProperty {
  return {
    id,
    returnData: false,
    metricStat: { stat, metric: { namespace, metricName, dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })) } }
  }
}
