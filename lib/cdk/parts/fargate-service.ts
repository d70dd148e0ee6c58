import * as ecs from 'aws-cdk-lib/aws-ecs'
import type { Construct } from 'constructs'

import type { Complete, taskDefaults } from './defaults'
import { strategies } from './spot'
import type { GracefulTaskProps } from '../task-props'

type Settings = Complete<GracefulTaskProps, typeof taskDefaults>
type Own = Pick<ecs.FargateServiceProps, 'cluster' | 'taskDefinition' | 'desiredCount' | 'healthCheckGracePeriod' | 'deploymentAlarms'>

/** The service itself. Availability Zone rebalancing is left as AWS has it: on, for a new service. */
export function serviceOf (scope: Construct, settings: Settings, own: Own): ecs.FargateService {
  const service = new ecs.FargateService(scope, 'Service', {
    ...own,
    minHealthyPercent: settings.minHealthyPercent,
    maxHealthyPercent: settings.maxHealthyPercent,
    circuitBreaker: settings.circuitBreaker ? { enable: true, rollback: true } : undefined,
    capacityProviderStrategies: strategies(settings.spot),
    vpcSubnets: settings.vpcSubnets,
    assignPublicIp: settings.assignPublicIp,
    securityGroups: settings.securityGroups
  })
  // The cluster learns of Spot by a resource of its own, and a service that is there before it is refused.
  if (settings.spot && ecs.Cluster.isCluster(own.cluster)) service.node.addDependency(own.cluster)
  return service
}
