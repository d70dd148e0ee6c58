import { Match } from 'aws-cdk-lib/assertions'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager'
import t from 'tap'

import { FargateEndpoints, PullThroughCache, startupEstimate } from '../../lib/cdk/index'
import { stack, synthesise, vpc, withService } from '../helpers/cdk'

t.test('endpoints let tasks start without a way to the internet', async (t) => {
  const { scope } = withService({ vpcEndpoints: true })

  const { template } = synthesise(scope)

  template.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway', RouteTableIds: Match.anyValue() })
  const names = Object.values(template.findResources('AWS::EC2::VPCEndpoint', { Properties: { VpcEndpointType: 'Interface' } })).map(({ Properties }) => JSON.stringify(Properties.ServiceName))
  t.match(names, [/ecr\.api/, /ecr\.dkr/, /logs/])
})

t.test('endpoints for a shared VPC stand alone, with more of them where tasks ask more', async () => {
  const scope = stack()

  new FargateEndpoints(scope, 'Endpoints', { vpc: vpc(scope), subnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }, also: [ec2.InterfaceVpcEndpointAwsService.ECS] })

  synthesise(scope).template.resourceCountIs('AWS::EC2::VPCEndpoint', 5)
})

t.test('an image comes by way of the cache, and its role may fill it', async () => {
  const { scope, service } = withService()
  const cache = new PullThroughCache(scope, 'Cache', { upstream: 'ecr-public' })

  service.taskDefinition.addContainer('proxy', { image: cache.image('envoyproxy/envoy', 'v1.35') })
  service.taskDefinition.addContainer('second', { image: cache.image('envoyproxy/envoy', 'v1.35') })

  const { template } = synthesise(scope)
  template.hasResourceProperties('AWS::ECR::PullThroughCacheRule', { EcrRepositoryPrefix: 'ecr-public', UpstreamRegistry: 'ecr-public', UpstreamRegistryUrl: 'public.ecr.aws' })
  template.hasResource('AWS::ECS::TaskDefinition', {
    Properties: { ContainerDefinitions: Match.arrayWith([Match.objectLike({ Name: 'proxy', Image: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp('/ecr-public/envoyproxy/envoy:v1.35')])] } })]) },
    DependsOn: Match.arrayWith([Match.stringLikeRegexp('CacheRule')])
  })
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([Match.objectLike({ Action: ['ecr:BatchImportUpstreamImage', 'ecr:CreateRepository'], Resource: { 'Fn::Join': ['', Match.arrayWith([':repository/ecr-public/envoyproxy/envoy'])] } })])
    })
  })
})

t.test('an upstream that wants credentials gets them, and repositories may be named otherwise', async (t) => {
  const scope = stack()
  const credentials = secretsmanager.Secret.fromSecretNameV2(scope, 'Credentials', 'ecr-pullthroughcache/docker')

  const cache = new PullThroughCache(scope, 'Cache', { upstream: 'docker-hub', prefix: 'hub', credentials })

  synthesise(scope).template.hasResourceProperties('AWS::ECR::PullThroughCacheRule', {
    EcrRepositoryPrefix: 'hub', UpstreamRegistry: 'docker-hub', UpstreamRegistryUrl: 'registry-1.docker.io', CredentialArn: scope.resolve(credentials.secretArn) as object
  })
  t.equal(cache.prefix, 'hub')
})

const tuned = { imageSize: 186, cpu: 1_024, readyCpu: 500, healthCheckInterval: 5_000 }
const terms = (facts: Parameters<typeof startupEstimate>[0]) => startupEstimate(facts).terms.map(({ name, least, likely }) => [name, least, likely])

t.test('a start is estimated as a sum, each term with the least and what is likely', async (t) => {
  t.strictSame(terms(tuned), [
    ['provision', 10_300, 14_600], ['pull', 3_000, 3_796], ['start', 800, 1_600], ['ready', 500, 500], ['register', 0, 4_500], ['firstCheck', 0, 2_500]
  ])
  t.match(startupEstimate(tuned), { least: 14_600, likely: 27_496 })
})

t.test('a small task takes longer to be ready, a larger one no less than its one thread', async (t) => {
  t.match(terms({ ...tuned, cpu: 256 })[3], ['ready', 2_000, 2_000])
  t.match(terms({ ...tuned, cpu: 4_096 })[3], ['ready', 500, 500])
})

t.test('on an instance with room and image there is little to provide and nothing to pull', async (t) => {
  t.strictSame(terms({ ...tuned, capacity: 'ec2' }).slice(0, 2), [['provision', 1_600, 5_000], ['pull', 50, 50]])
})

t.test('what is usual is above 45 s, and every term says where it comes from', async (t) => {
  const usual = startupEstimate({ imageSize: 1_000, cpu: 256, readyCpu: 500, healthCheckInterval: 30_000 })

  t.ok(usual.likely > 45_000)
  t.strictSame(usual.terms.filter(({ source }) => source.length < 20), [])
  t.ok(Object.isFrozen(usual) && Object.isFrozen(usual.terms))
})
