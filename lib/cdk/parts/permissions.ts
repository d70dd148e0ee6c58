import { Stack } from 'aws-cdk-lib'
import type * as ecs from 'aws-cdk-lib/aws-ecs'
import * as iam from 'aws-cdk-lib/aws-iam'

interface Wanted {
  readonly describe?: boolean
  readonly protect?: boolean
  /** Of the target group from which tasks may take themselves. */
  readonly deregisterFrom?: string
}

/** What the task role needs for what the plugin may be asked to do, and no more. */
export function grant ({ taskRole }: ecs.TaskDefinition, cluster: ecs.ICluster, { describe, protect, deregisterFrom }: Wanted): void {
  const ownTasks = Stack.of(cluster).formatArn({ service: 'ecs', resource: 'task', resourceName: `${cluster.clusterName}/*` })
  const allow = (actions: string[], resources: string[]): void => {
    taskRole.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources }))
  }
  if (describe) {
    allow(['ecs:DescribeTasks'], [ownTasks])
    allow(['ecs:DescribeTaskDefinition'], ['*']) // knows no resources
  }
  if (protect) allow(['ecs:GetTaskProtection', 'ecs:UpdateTaskProtection'], [ownTasks])
  if (deregisterFrom !== undefined) allow(['elasticloadbalancing:DeregisterTargets'], [deregisterFrom])
}
