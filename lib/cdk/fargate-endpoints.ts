import * as ec2 from 'aws-cdk-lib/aws-ec2'
import { Construct } from 'constructs'

export interface FargateEndpointsProps {
  readonly vpc: ec2.IVpc
  /** Where the tasks are. @default - the private subnets */
  readonly subnets?: ec2.SubnetSelection
  /** What tasks ask besides, such as Secrets Manager, ECS (`describe`, `protect`) or Elastic Load Balancing (`deregister`). @default - none */
  readonly also?: readonly ec2.InterfaceVpcEndpointAwsService[]
}

/** What a Fargate task needs to start without a way to the internet: its image (the layers lie in S3) and somewhere to log to. */
export class FargateEndpoints extends Construct {
  constructor (scope: Construct, id: string, { vpc, subnets, also = [] }: FargateEndpointsProps) {
    super(scope, id)
    const { ECR, ECR_DOCKER, CLOUDWATCH_LOGS } = ec2.InterfaceVpcEndpointAwsService
    new ec2.GatewayVpcEndpoint(this, 'S3', { vpc, service: ec2.GatewayVpcEndpointAwsService.S3, subnets: subnets && [subnets] })
    for (const service of [ECR, ECR_DOCKER, CLOUDWATCH_LOGS, ...also]) {
      new ec2.InterfaceVpcEndpoint(this, service.shortName, { vpc, service, subnets })
    }
  }
}
