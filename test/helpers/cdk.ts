import { App, Stack, type StackProps } from 'aws-cdk-lib'
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecs from 'aws-cdk-lib/aws-ecs'

import { GracefulShutdownService, GracefulWorkerService, type GracefulShutdownServiceProps, type GracefulWorkerServiceProps } from '../../lib/cdk/index'

// AWS's own check of templates takes three seconds to begin with; test/cdk/examples.test.ts has it on.
process.env.CDK_VALIDATION ??= 'false'

export interface Synthesised {
  readonly template: Template
  /** By their ids. */
  readonly warnings: readonly string[]
}

export function stack (props: StackProps = {}): Stack {
  return new Stack(new App({ analyticsReporting: false }), 'Shop', props)
}

export function synthesise (scope: Stack): Synthesised {
  const template = Template.fromStack(scope)
  const found = Annotations.fromStack(scope).findWarning('*', Match.anyValue())
  return { template, warnings: found.map(({ entry }) => String(entry.data)) }
}

/** The sentences with which synthesis refuses it; none if it does not. */
export function refusals (scope: Stack): string[] {
  try {
    Template.fromStack(scope)
    return []
  } catch (error) {
    return (error as Error).message.split('\n').slice(1).map((line) => line.replace(/^\s*\[[^\]]*\]\s*/, ''))
  }
}

export const image = ecs.ContainerImage.fromRegistry('shop')

/** One that is there already, the same for a whole stack: a new one is thirty resources. */
export function vpc (scope: Stack): ec2.IVpc {
  return scope.node.tryFindChild('Vpc') as ec2.IVpc | undefined ?? ec2.Vpc.fromVpcAttributes(scope, 'Vpc', {
    vpcId: 'vpc-1',
    vpcCidrBlock: '10.0.0.0/16',
    availabilityZones: ['a', 'b'],
    publicSubnetIds: ['public-a', 'public-b'],
    publicSubnetRouteTableIds: ['public', 'public'],
    privateSubnetIds: ['private-a', 'private-b'],
    privateSubnetRouteTableIds: ['table-a', 'table-b']
  })
}

/** Or a function that makes them, where they need a scope of their own. */
type Some<Props> = Partial<Props> | ((scope: Stack) => Partial<Props>)

/** A stack with a service in a VPC that is there. */
export function withService (props: Some<GracefulShutdownServiceProps> = {}): { scope: Stack, service: GracefulShutdownService } {
  const scope = stack()
  const more = typeof props === 'function' ? props(scope) : props
  return { scope, service: new GracefulShutdownService(scope, 'Checkout', { image, ...more.cluster ? {} : { vpc: vpc(scope) }, ...more }) }
}

export function withWorker (props: Some<GracefulWorkerServiceProps> = {}): { scope: Stack, worker: GracefulWorkerService } {
  const scope = stack()
  const more = typeof props === 'function' ? props(scope) : props
  return { scope, worker: new GracefulWorkerService(scope, 'Worker', { image, vpc: vpc(scope), ...more }) }
}

/** The variables of the container that begin with ECS_GRACEFUL_, without that. */
export function told (template: Template): Record<string, unknown> {
  const [definition] = Object.values(template.findResources('AWS::ECS::TaskDefinition'))
  const environment = (definition!.Properties.ContainerDefinitions[0].Environment ?? []) as Array<{ Name: string, Value: unknown }>
  return Object.fromEntries(environment.filter(({ Name }) => Name.startsWith('ECS_GRACEFUL_')).map(({ Name, Value }) => [Name.slice(13), Value]))
}
