import { Stack } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import type { Construct } from 'constructs'

import { FargateEndpoints } from '../fargate-endpoints'
import type { GracefulTaskProps } from '../task-props'

/** The cluster that tasks run in, made where none is handed in, in a VPC that is made where none is known. */
export function placeOf (scope: Construct, props: GracefulTaskProps, known?: ec2.IVpc): ecs.ICluster {
  const cluster = props.cluster ?? new ecs.Cluster(scope, 'Cluster', {
    vpc: props.vpc ?? known ?? new ec2.Vpc(scope, 'Vpc', { maxAzs: 2 })
  })
  // An imported one is as it is: whoever asks for Spot there has enabled it.
  if (props.spot && ecs.Cluster.isCluster(cluster)) cluster.enableFargateCapacityProviders()
  if (props.vpcEndpoints) new FargateEndpoints(scope, 'Endpoints', { vpc: cluster.vpc, subnets: props.vpcSubnets })
  return cluster
}

/** What cannot both be. */
export function placeProblems ({ vpc, cluster }: GracefulTaskProps): string[] {
  return vpc && cluster && idOf(vpc) !== idOf(cluster.vpc) ? ['vpc and cluster are both given, and the cluster is in another VPC: leave vpc out'] : []
}

/** Of two that were imported, the ids may be two tokens for the same. */
function idOf (vpc: ec2.IVpc): string {
  return JSON.stringify(Stack.of(vpc).resolve(vpc.vpcId))
}
