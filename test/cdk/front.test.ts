import { Duration, Stack, type App } from 'aws-cdk-lib'
import { Match } from 'aws-cdk-lib/assertions'
import * as acm from 'aws-cdk-lib/aws-certificatemanager'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as ecs from 'aws-cdk-lib/aws-ecs'
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import t from 'tap'

import { GracefulShutdownService, type GracefulShutdownServiceProps } from '../../lib/cdk/index'
import { image, refusals, stack, synthesise, told, vpc, withService } from '../helpers/cdk'

const ARN = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333'
const CERTIFICATE = 'arn:aws:acm:eu-west-1:111122223333:certificate/1'

const rule = {
  priority: 7,
  conditions: [elbv2.ListenerCondition.hostHeaders(['shop.example.com'])]
}
const importedListener = (scope: Stack): elbv2.IApplicationListener => elbv2.ApplicationListener.fromApplicationListenerAttributes(scope, 'Listener', {
  listenerArn: `${ARN}:listener/app/shop/0123456789abcdef/0123456789abcdef`,
  securityGroup: ec2.SecurityGroup.fromSecurityGroupId(scope, 'Group', 'sg-1')
})
const importedBalancer = (scope: Stack, more: Partial<elbv2.ApplicationLoadBalancerAttributes> = {}): elbv2.IApplicationLoadBalancer =>
  elbv2.ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(scope, 'Balancer', {
    loadBalancerArn: `${ARN}:loadbalancer/app/shop/0123456789abcdef`, securityGroupId: 'sg-1', loadBalancerDnsName: 'shop.elb.example.com', ...more
  })
const listeners = (props: Parameters<typeof withService>[0]) => Object.values(synthesise(withService(props).scope).template.findResources('AWS::ElasticLoadBalancingV2::Listener')).map(({ Properties }) => Properties)

t.test('a new load balancer faces the internet on port 80, and sends everything by a rule', async () => {
  const { template } = synthesise(withService().scope)

  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
    Scheme: 'internet-facing', LoadBalancerAttributes: Match.arrayWith([{ Key: 'idle_timeout.timeout_seconds', Value: '60' }])
  })
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { Port: 80, Protocol: 'HTTP', DefaultActions: [Match.objectLike({ Type: 'fixed-response' })] })
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
    Priority: 1, Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } }], Actions: [Match.objectLike({ Type: 'forward' })]
  })
})

t.test('it may face the VPC only, and the rule may be narrower', async () => {
  const { template } = synthesise(withService({ publicLoadBalancer: false, ...rule }).scope)

  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', { Scheme: 'internal' })
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', { Priority: 7, Conditions: [Match.objectLike({ Field: 'host-header' })] })
})

t.test('with a certificate it listens on port 443, which port 80 redirects to', async (t) => {
  t.match(listeners((scope) => ({ certificate: acm.Certificate.fromCertificateArn(scope, 'Certificate', CERTIFICATE) })), [
    { Port: 80, Protocol: 'HTTP', DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', Port: '443', StatusCode: 'HTTP_301' } }] },
    { Port: 443, Protocol: 'HTTPS', Certificates: [{ CertificateArn: CERTIFICATE }] }
  ])
})

t.test('it speaks TLS 1.2 and 1.3, or what it is told to', async (t) => {
  const certificate = elbv2.ListenerCertificate.fromArn(CERTIFICATE)
  const [usual, chosen] = [{ certificate }, { certificate, sslPolicy: elbv2.SslPolicy.FIPS_TLS13_12 }]
    .map((props) => listeners(props)[1]!.SslPolicy as string)

  t.equal(usual, 'ELBSecurityPolicy-TLS13-1-2-2021-06')
  t.equal(chosen, 'ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04')
  t.strictSame(listeners({}).map(({ SslPolicy }) => SslPolicy as unknown), [undefined])
})

t.test('a load balancer that is handed in keeps its port 80', async (t) => {
  const certificate = elbv2.ListenerCertificate.fromArn(CERTIFICATE)

  t.match(listeners((scope) => ({ loadBalancer: importedBalancer(scope), certificate })).map(({ Port }) => Port), [443])
})

t.test('the stack says where the service is, by the name ServiceUrl', async () => {
  const { scope, service } = withService()

  const name = scope.resolve(service.loadBalancer.loadBalancerDnsName) as object
  synthesise(scope).template.hasOutput('ServiceUrl', { Value: { 'Fn::Join': ['', ['http://', name]] } })
})

t.test('the URL has the scheme, the name and the port that clients need', async (t) => {
  const url = (props: Parameters<typeof withService>[0]): string | undefined => withService(props).service.url

  t.equal(url({ domainName: 'shop.example.com' }), 'http://shop.example.com')
  t.equal(url({ certificate: elbv2.ListenerCertificate.fromArn(CERTIFICATE), domainName: 'shop.example.com' }), 'https://shop.example.com')
  t.equal(url((scope) => ({ loadBalancer: importedBalancer(scope, { vpc: vpc(scope) }), vpc: undefined })), 'http://shop.elb.example.com')
  t.equal(url((scope) => ({ ...rule, listener: importedBalancer(scope).addListener('Own', { port: 8443, protocol: elbv2.ApplicationProtocol.HTTPS, certificates: [{ certificateArn: CERTIFICATE }], defaultAction: elbv2.ListenerAction.fixedResponse(404) }) })), 'https://shop.elb.example.com:8443')
})

t.test('a URL that cannot be known is neither said nor guessed', async (t) => {
  const imported = withService((scope) => ({ ...rule, listener: importedListener(scope), loadBalancer: importedBalancer(scope) }))
  const nameless = withService((scope) => ({ loadBalancer: importedBalancer(scope, { loadBalancerDnsName: undefined }) }))

  t.equal(imported.service.url, undefined)
  t.equal(nameless.service.url, undefined)
  t.strictSame(synthesise(imported.scope).template.findOutputs('*'), {})
})

t.test('the output may have another name, or none', async (t) => {
  t.strictSame(Object.keys(synthesise(withService({ urlOutput: 'CheckoutUrl' }).scope).template.findOutputs('*')), ['CheckoutUrl'])
  t.strictSame(synthesise(withService({ urlOutput: false }).scope).template.findOutputs('*'), {})
})

t.test('a load balancer that is handed in gets a listener, and nothing of it is guessed', async (t) => {
  const { scope, service } = withService((scope) => ({ loadBalancer: importedBalancer(scope, { vpc: vpc(scope) }), vpc: undefined }))

  const { template } = synthesise(scope)

  template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0)
  template.resourceCountIs('AWS::EC2::VPC', 0)
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', { LoadBalancerArn: `${ARN}:loadbalancer/app/shop/0123456789abcdef` })
  t.equal(told(template).IDLE_TIMEOUT_SECONDS, undefined)
  t.equal(service.loadBalancer.loadBalancerArn, `${ARN}:loadbalancer/app/shop/0123456789abcdef`)
})

t.test('what is known of it can be said, and is held against the server', async (t) => {
  const props = (idle: number) => (scope: Stack): Partial<GracefulShutdownServiceProps> => ({
    loadBalancer: importedBalancer(scope), idleTimeout: Duration.seconds(idle)
  })

  t.equal(told(synthesise(withService(props(50)).scope).template).IDLE_TIMEOUT_SECONDS, '50')
  t.match(refusals(withService(props(90)).scope), [/^keep-alive: /])
})

t.test('a listener that is handed in gets a rule, and keeps its own', async (t) => {
  const { scope, service } = withService((scope) => ({ ...rule, listener: importedListener(scope) }))

  const { template } = synthesise(scope)

  template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0)
  template.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 0)
  template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', { ListenerArn: `${ARN}:listener/app/shop/0123456789abcdef/0123456789abcdef`, Priority: 7 })
  template.hasResource('AWS::ECS::Service', { DependsOn: Match.arrayWith([Match.stringLikeRegexp('Rule')]) })
  t.throws(() => service.loadBalancer, { code: 'FST_ECS_LOAD_BALANCER_UNKNOWN' })
})

t.test('the load balancer of a listener of the same app is known', async (t) => {
  const scope = stack()
  const network = vpc(scope)
  const balancer = new elbv2.ApplicationLoadBalancer(scope, 'Balancer', { vpc: network })
  const listener = balancer.addListener('Listener', { port: 80, defaultAction: elbv2.ListenerAction.fixedResponse(404) })

  const service = new GracefulShutdownService(scope, 'Checkout', { image, vpc: network, listener, ...rule })

  t.equal(service.loadBalancer, balancer)
  t.equal(service.listener, listener)
  synthesise(scope).template.hasOutput('ServiceUrl', {})
})

t.test('tasks go into the VPC of a load balancer that says which it is, and are refused without one', async (t) => {
  const scope = stack()
  const listener = new elbv2.ApplicationLoadBalancer(scope, 'Balancer', { vpc: vpc(scope) })
    .addListener('Listener', { port: 80, defaultAction: elbv2.ListenerAction.fixedResponse(404) })

  new GracefulShutdownService(scope, 'Checkout', { image, listener, ...rule })

  synthesise(scope).template.resourceCountIs('AWS::EC2::VPC', 0)
  const silent = withService((scope) => ({ vpc: undefined, listener: importedListener(scope), ...rule }))
  t.match(refusals(silent.scope), [/^a load balancer that is handed in reaches only its own VPC/])
})

t.test('a load balancer and a cluster of another stack are used, and need nothing of this one', async () => {
  const scope = stack()
  const network = new Stack(scope.node.root as App, 'Network')
  const cluster = new ecs.Cluster(network, 'Cluster', { vpc: vpc(network) })
  const loadBalancer = new elbv2.ApplicationLoadBalancer(network, 'Balancer', { vpc: vpc(network) })

  new GracefulShutdownService(scope, 'Checkout', { image, cluster, loadBalancer, spot: {} })

  const { template } = synthesise(scope)
  template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 0)
  template.hasResourceProperties('AWS::EC2::SecurityGroupIngress', { FromPort: 3000, SourceSecurityGroupId: { 'Fn::ImportValue': Match.stringLikeRegexp('^Network:') } })
  template.hasResourceProperties('AWS::EC2::SecurityGroupEgress', { FromPort: 3000, GroupId: { 'Fn::ImportValue': Match.stringLikeRegexp('^Network:') } })
})

t.test('two outputs of one name in one stack are refused', async (t) => {
  const scope = stack()
  const cluster = new ecs.Cluster(scope, 'Cluster', { vpc: vpc(scope) })

  for (const id of ['Checkout', 'Returns']) new GracefulShutdownService(scope, id, { image, cluster })

  const twice = 'there is a second output ServiceUrl in this stack: give urlOutput another name, or false'
  t.strictSame(refusals(scope), [twice, twice])
})

t.test('two services share a cluster and a listener', async () => {
  const scope = stack()
  const cluster = new ecs.Cluster(scope, 'Cluster', { vpc: vpc(scope) })
  const first = new GracefulShutdownService(scope, 'Checkout', { image, cluster })

  new GracefulShutdownService(scope, 'Returns', { image, cluster, listener: first.listener, priority: 2, conditions: [elbv2.ListenerCondition.pathPatterns(['/returns*'])], urlOutput: 'ReturnsUrl' })

  const { template } = synthesise(scope)
  template.resourceCountIs('AWS::ECS::Cluster', 1)
  template.resourceCountIs('AWS::ElasticLoadBalancingV2::LoadBalancer', 1)
  template.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 2)
  template.resourceCountIs('AWS::ECS::Service', 2)
})

t.test('without anything handed in, a VPC with two zones and a cluster are made', async () => {
  const scope = stack()

  new GracefulShutdownService(scope, 'Checkout', { image })

  const { template } = synthesise(scope)
  template.resourceCountIs('AWS::EC2::VPC', 1)
  template.resourceCountIs('AWS::EC2::Subnet', 4)
  template.resourceCountIs('AWS::ECS::Cluster', 1)
})

t.test('an imported cluster brings its VPC', async () => {
  const { scope } = withService((scope) => ({
    cluster: ecs.Cluster.fromClusterAttributes(scope, 'Cluster', { clusterName: 'shop', vpc: vpc(scope) }), assignPublicIp: true
  }))

  const { template } = synthesise(scope)

  template.resourceCountIs('AWS::ECS::Cluster', 0)
  template.hasResourceProperties('AWS::ECS::Service', {
    Cluster: 'shop', NetworkConfiguration: { AwsvpcConfiguration: Match.objectLike({ AssignPublicIp: 'ENABLED', Subnets: ['public-a', 'public-b'] }) }
  })
})

t.test('tasks may go into chosen subnets and security groups', async () => {
  const { scope } = withService((scope) => ({
    vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC }, securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(scope, 'Group', 'sg-1')]
  }))

  synthesise(scope).template.hasResourceProperties('AWS::ECS::Service', {
    NetworkConfiguration: { AwsvpcConfiguration: Match.objectLike({ Subnets: ['public-a', 'public-b'], SecurityGroups: ['sg-1'] }) }
  })
})
