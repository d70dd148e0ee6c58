import { App, Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import t from 'tap'

import { InstancesStack } from '../../examples/cdk/instances-stack'
import { ShopStack } from '../../examples/cdk/shop-stack'

// AWS's own check of templates, which is part of the CDK: with this flag what it finds ends the synthesis.
const strict = { analyticsReporting: false, context: { '@aws-cdk/core:validateAgainstDefaultRules': true } }
const app = new App(strict)
const stacks = [new ShopStack(app, 'Shop', { secretName: 'shop/databases' }), new InstancesStack(app, 'Instances')]
const [shop, instances] = stacks.map((stack) => Template.fromStack(stack))

t.test('the example synthesises, and AWS\'s schemas have nothing against it', async (t) => {
  t.strictSame(app.synth().stacks.map(({ stackName }) => stackName).toSorted(), ['Instances', 'Shop'])
})

t.test('AWS\'s schemas are looked at: they find a health check that is too frequent', async (t) => {
  const wrong = new App(strict)

  new CfnTargetGroup(new Stack(wrong, 'Wrong'), 'Target', { healthCheckIntervalSeconds: 3 })

  t.throws(() => wrong.synth(), /Validation failed/)
})

t.test('neither stack is warned about', async (t) => {
  t.strictSame(app.synth().stacks.flatMap(({ messages }) => messages.map(({ entry }) => entry.data)), [])
})

t.test('checkout and worker share a cluster, and run on Spot in part', async () => {
  shop!.resourceCountIs('AWS::ECS::Cluster', 1)
  shop!.resourceCountIs('AWS::ECS::Service', 2)
  shop!.allResourcesProperties('AWS::ECS::Service', { CapacityProviderStrategy: Match.arrayWith([Match.objectLike({ CapacityProvider: 'FARGATE_SPOT' })]) })
  shop!.hasOutput('ServiceUrl', {})
})

t.test('instances are scaled, drained and spared by ECS', async () => {
  instances!.hasResourceProperties('AWS::ECS::CapacityProvider', {
    AutoScalingGroupProvider: {
      ManagedScaling: { Status: 'ENABLED', TargetCapacity: 90 },
      ManagedDraining: 'ENABLED',
      ManagedTerminationProtection: 'ENABLED'
    }
  })
  instances!.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', { NewInstancesProtectedFromScaleIn: true })
  instances!.hasResourceProperties('AWS::ECS::TaskDefinition', { ContainerDefinitions: [Match.objectLike({ StopTimeout: 60 })] })
})
