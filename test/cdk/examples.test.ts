import { App, Stack } from 'aws-cdk-lib'
import { Match, Template } from 'aws-cdk-lib/assertions'
import { CfnTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import t from 'tap'

import { InstancesStack } from '../../examples/cdk/instances-stack'
import { ShopStack } from '../../examples/cdk/shop-stack'
import { readConfig as readCheckout } from '../../examples/checkout/config'
import { readConfig as readWorker } from '../../examples/worker/config'
import { lint } from '../../lib/lint/index'

// AWS's own check of templates, which is part of the CDK: with this flag what it finds ends the synthesis.
const strict = { analyticsReporting: false, context: { '@aws-cdk/core:validateAgainstDefaultRules': true } }
const secretName = 'shop/databases'
const app = new App(strict)
const stacks = [new ShopStack(app, 'Shop', { secretName }), new InstancesStack(app, 'Instances', { secretName })]
const [shop, instances] = stacks.map((stack) => Template.fromStack(stack))

interface Container {
  readonly Name: string
  readonly Environment?: ReadonlyArray<{ readonly Name: string, readonly Value: unknown }>
  readonly Secrets?: ReadonlyArray<{ readonly Name: string }>
}

/** The variables of each container `app`, in the order of the template; what is not known before the deployment stands for itself. */
function environments (template: Template): Array<Record<string, string>> {
  const definitions = Object.values(template.findResources('AWS::ECS::TaskDefinition'))
  const containers = definitions.flatMap(({ Properties }) => Properties.ContainerDefinitions as Container[]).filter(({ Name }) => Name === 'app')
  return containers.map(({ Environment = [], Secrets = [] }) => Object.fromEntries([...Environment, ...Secrets].map((variable) =>
    [variable.Name, 'Value' in variable && typeof variable.Value === 'string' ? variable.Value : 'later'])))
}

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

t.test('the linter finds nothing in the templates, and reads from them what the constructs hold against the rules', async (t) => {
  const documents = app.synth().stacks.map(({ stackName, template }) => ({ file: `${stackName}.template.json`, text: '', document: template as unknown }))

  const { findings, notes, containers } = lint(documents, { keepAliveTimeout: 72_000, longestRequest: 5_000 })

  t.strictSame([findings, notes], [[], []])
  t.strictSame(containers.flatMap(({ unknown }) => unknown), [])
  const balanced = {
    desiredCount: 2,
    loadBalancer: { idleTimeout: 60_000, deregistrationDelay: 30_000, healthCheck: { interval: 5_000, timeout: 2_000, unhealthyThreshold: 2 } }
  }
  const nameOf = ({ file, service, container }: (typeof containers)[number]['where']): string =>
    `${file} ${service} ${container}`.replace(/\.template\.json|Service[0-9A-F]+/g, '')
  const facts = Object.fromEntries(containers.map(({ where, facts }) => [nameOf(where), facts]))
  t.match(facts, {
    'Instances  app': { capacity: 'ec2', stopTimeout: 60_000 },
    'Shop Worker app': { capacity: 'mixed', stopTimeout: 60_000, plan: { stopTimeout: 60_000 } },
    'Shop Checkout app': { capacity: 'mixed', stopTimeout: 60_000, plan: { stopTimeout: 60_000 }, ...balanced },
    'Shop Checkout metrics': { capacity: 'mixed', stopTimeout: 30_000 }
  })
})

t.test('each container is told what its program cannot start without', async (t) => {
  const [worker, checkout] = environments(shop!)

  t.match(readWorker(worker!), { port: 3_000, databaseUrl: 'later', queueUrl: 'later' })
  t.match(readCheckout(checkout!), { port: 3_000, databaseUrl: 'later', redisUrl: 'later', queueUrl: 'later' })
  t.match(environments(instances!).map(readWorker), [{ port: 3_000, databaseUrl: 'later', queueUrl: 'later' }])
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
