/* eslint-disable no-template-curly-in-string -- Fn::Sub writes them so */
import t from 'tap'

import { linted, task, template, told } from './documents'

/** What a template's value comes to, seen through a stop timeout: a number of seconds, or undefined if it is not known. */
function seconds (value: unknown, more: object = {}): number | undefined {
  const stopTimeout = linted([template({ Task: ['ECS::TaskDefinition', task({ stopTimeout: value })] }, more)]).containers[0]?.facts.stopTimeout
  return stopTimeout === undefined ? undefined : stopTimeout / 1_000
}
const parameter = (Type: string, Default?: unknown): object => ({ Parameters: { P: { Type, Default } } })

t.test('a parameter is its default', async (t) => {
  t.equal(seconds({ Ref: 'P' }, parameter('Number', 45)), 45)
  t.equal(seconds({ Ref: 'P' }, parameter('String', '45')), 45)
  t.equal(seconds({ 'Fn::Select': ['1', { Ref: 'P' }] }, parameter('CommaDelimitedList', '30, 45')), 45)
  t.equal(seconds({ 'Fn::Select': [0, { Ref: 'P' }] }, parameter('List<Number>', '30,45')), 30)
})

t.test('what only AWS knows is not known', async (t) => {
  const unknown: ReadonlyArray<readonly [value: unknown, more?: object]> = [
    [{ Ref: 'P' }, parameter('Number')],
    [{ Ref: 'P' }, parameter('AWS::SSM::Parameter::Value<String>', '45')],
    [{ Ref: 'P' }, { Parameters: { P: { Default: 45 } } }],
    [{ Ref: 'P' }, { Parameters: { P: 45 } }],
    [{ Ref: 'P' }, { Parameters: [] }],
    [{ Ref: 'Nothing' }],
    [{ Ref: ['P'] }],
    [{ Ref: 'AWS::AccountId' }],
    [{ Ref: 'Task' }],
    ['{{resolve:ssm:/shop/timeout}}'],
    [{ 'Fn::GetAtt': ['Task', 'Timeout'] }],
    [{ 'Fn::GetAtt': 'Nothing.Timeout' }],
    [{ 'Fn::GetAtt': [] }],
    [{ 'Fn::ImportValue': 'timeout' }],
    [{ 'Fn::ImportValue': {} }],
    [{ 'Fn::Transform': { Name: 'Timeout' } }],
    [{ 'Fn::Sub': '${Nothing}' }],
    [{ 'Fn::Sub': {} }],
    [{ 'Fn::Join': ['', '45'] }],
    [{ 'Fn::Join': [{ Ref: 'Nothing' }, ['4', '5']] }],
    [{ 'Fn::Select': [7, ['45']] }],
    [{ 'Fn::Select': ['one', ['45']] }],
    [{ 'Fn::Select': 1 }],
    [{ 'Fn::Split': ['', '45'] }],
    [{ 'Fn::Split': '45' }],
    [{ 'Fn::Split': [',', '45'] }],
    [{ 'Fn::FindInMap': ['M', 'a', 'b'] }],
    [{ 'Fn::FindInMap': ['M', 'a'] }],
    [{ 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'b'] }, { Mappings: { M: { a: { b: 45 } } } }],
    [{ 'Fn::If': ['C', 45, 45] }],
    [{ 'Fn::If': ['C'] }],
    [{ 'Fn::If': 45 }],
    [{ seconds: 45 }]
  ]

  t.strictSame(unknown.filter(([value, more]) => seconds(value, more) !== undefined), [])
})

t.test('text is joined, substituted, split and looked up', async (t) => {
  const more = { ...parameter('Number', 4), Mappings: { M: { a: { b: 45 } } } }

  t.equal(seconds({ 'Fn::Join': ['', [{ Ref: 'P' }, 5]] }, more), 45)
  t.equal(seconds({ 'Fn::Sub': '${P}5' }, more), 45)
  t.equal(seconds({ 'Fn::Sub': ['${P}${More}', { More: 5 }] }, more), 45)
  t.equal(seconds({ 'Fn::Sub': '45' }, more), 45)
  t.equal(seconds({ 'Fn::Sub': '${!P}5' }, more), undefined, 'an escaped ${ is text')
  t.equal(seconds({ 'Fn::Select': [1, { 'Fn::Split': ['/', '30/45'] }] }), 45)
  t.equal(seconds({ 'Fn::FindInMap': ['M', 'a', { 'Fn::Sub': 'b' }] }, more), 45)
})

t.test('AWS::NoValue is as if nothing were said', async (t) => {
  t.equal(seconds({ Ref: 'AWS::NoValue' }), 30)
  t.equal(seconds({ 'Fn::Select': [0, [{ Ref: 'AWS::NoValue' }, 45]] }), 45)
  t.strictSame(told(linted([template({ Task: ['ECS::TaskDefinition', { Ref: 'AWS::NoValue' }] })])), [])
})

t.test('conditions hold as parameters have defaults', async (t) => {
  const condition = (C: unknown, others: object = {}): unknown => seconds({ 'Fn::If': ['C', 45, 60] }, { ...parameter('String', 'prod'), Conditions: { C, ...others } })
  const [prod, test, unknown] = ['prod', 'test', { Ref: 'AWS::Region' }].map((value) => ({ 'Fn::Equals': [{ Ref: 'P' }, value] }))

  t.strictSame([prod, test, unknown].map((each) => condition(each)), [45, 60, undefined])
  t.strictSame([{ 'Fn::Not': [prod] }, { 'Fn::Not': [test] }, { 'Fn::Not': [unknown] }].map((each) => condition(each)), [60, 45, undefined])
  t.strictSame([[prod, prod], [prod, test], [prod, unknown], [unknown, test]].map((each) => condition({ 'Fn::And': each })), [45, 60, undefined, 60])
  t.strictSame([[test, test], [prod, test], [test, unknown], [unknown, prod]].map((each) => condition({ 'Fn::Or': each })), [60, 45, undefined, 45])
  t.equal(condition({ Condition: 'D' }, { D: prod }), 45)
  t.equal(condition({ 'Fn::Not': [{ Condition: 'D' }] }, { D: prod }), 60)
  t.equal(condition({ Condition: 'D' }, { D: { Condition: 'C' } }), undefined, 'a circle')
  t.equal(condition({ 'Fn::Equals': [{ 'Fn::If': ['C', 'a', 'b'] }, 'a'] }), undefined, 'a circle by way of a value')
  t.strictSame([{}, 7, { 'Fn::Contains': [[], 'a'] }, { 'Fn::Equals': 'prod' }, { Condition: 7 }].map((each) => condition(each)), [undefined, undefined, undefined, undefined, undefined])
})

t.test('a resource whose condition does not hold is left out; one whose condition is not known is there', async (t) => {
  const resource = (Condition: string): object => ({ Type: 'AWS::ECS::TaskDefinition', Condition, Properties: task({ name: Condition }) })
  const Conditions = { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Equals': ['a', 'b'] } }
  const Resources = { A: resource('Yes'), B: resource('No'), C: resource('Perhaps') }

  t.strictSame(linted([{ Resources, Conditions }]).containers.map(({ where }) => where.container), ['Yes', 'Perhaps'])
})

t.test('a template may come as get-template shows it', async (t) => {
  const TemplateBody = template({ Task: ['ECS::TaskDefinition', task({ command: ['npm', 'start'] })] })

  t.strictSame(told(linted([{ TemplateBody, StagesAvailable: ['Original'] }])), ['signals-arrive: 0.json Task app'])
})

t.test('a stack without ECS is understood and holds nothing', async (t) => {
  t.match(linted([template({ Bucket: ['S3::Bucket', {}] })]), { files: [{ kinds: ['CloudFormation template'] }], containers: [] })
  t.match(linted([{ AWSTemplateFormatVersion: '2010-09-09', Resources: {} }]), { files: [{ kinds: ['CloudFormation template'] }] })
  t.match(linted([{ Resources: { Shop: { kind: 'Deployment' } } }]), { files: [{ kinds: [] }] })
})

t.test('a listener leads to target groups by its actions, and by those of its rules', async (t) => {
  const idle = (actions: Readonly<Record<string, unknown>>): unknown => linted([template({
    Task: ['ECS::TaskDefinition', task()],
    Service: ['ECS::Service', { TaskDefinition: { Ref: 'Task' }, LoadBalancers: [{ ContainerName: 'app', TargetGroupArn: { Ref: 'Group' } }] }],
    Group: ['ElasticLoadBalancingV2::TargetGroup', { Protocol: 'HTTP' }],
    Balancer: ['ElasticLoadBalancingV2::LoadBalancer', {}],
    Listener: ['ElasticLoadBalancingV2::Listener', { LoadBalancerArn: { Ref: 'Balancer' }, DefaultActions: actions.listener }],
    Rule: ['ElasticLoadBalancingV2::ListenerRule', { ListenerArn: { Ref: 'Listener' }, Actions: actions.rule }]
  })]).containers[0]!.facts.loadBalancer?.idleTimeout
  const one = [{ Type: 'forward', TargetGroupArn: { Ref: 'Group' } }]
  const weighted = [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: { Ref: 'Group' }, Weight: 1 }] } }]

  t.strictSame([{ listener: one }, { rule: one }, { listener: weighted }, { rule: weighted }].map(idle), [60_000, 60_000, 60_000, 60_000])
  t.strictSame([{}, { listener: {} }, { rule: [{ Type: 'redirect' }] }, { rule: [{ ForwardConfig: {} }] }].map(idle), [undefined, undefined, undefined, undefined])
})

t.test('a target group behind two load balancers has the idle timeout of neither', async (t) => {
  const listener = (balancer: string): readonly [string, object] =>
    ['ElasticLoadBalancingV2::Listener', { LoadBalancerArn: { Ref: balancer }, DefaultActions: [{ TargetGroupArn: { Ref: 'Group' } }] }]
  const { containers } = linted([template({
    Task: ['ECS::TaskDefinition', task()],
    Service: ['ECS::Service', { TaskDefinition: { Ref: 'Task' }, LoadBalancers: [{ ContainerName: 'app', TargetGroupArn: { Ref: 'Group' } }] }],
    Group: ['ElasticLoadBalancingV2::TargetGroup', { Protocol: 'HTTP' }],
    Public: ['ElasticLoadBalancingV2::LoadBalancer', {}],
    Inner: ['ElasticLoadBalancingV2::LoadBalancer', {}],
    One: listener('Public'),
    Other: listener('Inner')
  })])

  t.match(containers, [{ facts: { loadBalancer: { kind: 'application', idleTimeout: undefined } } }])
})

t.test('what runs on a capacity provider of one\'s own runs on instances, and strategies of clusters are defaults', async (t) => {
  const capacity = (service: object, cluster: object = {}): unknown => linted([template({
    Task: ['ECS::TaskDefinition', task()],
    Service: ['ECS::Service', { TaskDefinition: { 'Fn::GetAtt': ['Task', 'TaskDefinitionArn'] }, Cluster: { Ref: 'Cluster' }, ...service }],
    Cluster: ['ECS::Cluster', cluster],
    Provider: ['ECS::CapacityProvider', {}],
    Stray: ['ECS::ClusterCapacityProviderAssociations', {}]
  })]).containers[0]!.facts.capacity
  const spot = [{ CapacityProvider: 'FARGATE_SPOT', Weight: 1 }]

  t.equal(capacity({ CapacityProviderStrategy: [{ CapacityProvider: { Ref: 'Provider' }, Weight: 1 }] }), 'ec2')
  t.equal(capacity({ CapacityProviderStrategy: [{ CapacityProvider: { Ref: 'Nothing' }, Weight: 1 }] }), undefined)
  t.equal(capacity({}, { DefaultCapacityProviderStrategy: spot }), 'fargate-spot')
  t.equal(capacity({ LaunchType: 'FARGATE' }, { DefaultCapacityProviderStrategy: spot }), 'fargate')
  t.equal(capacity({}, { ClusterName: 'shop' }), 'fargate')
})

t.test('a stack may pass on what it imports', async (t) => {
  const group = template({ Group: ['ElasticLoadBalancingV2::TargetGroup', { Protocol: 'HTTP', HealthCheckPath: '/' }] },
    { Outputs: { G: { Value: { Ref: 'Group' }, Export: { Name: 'inner' } }, H: { Value: 'x' }, I: 7 } })
  const passing = template({ Topic: ['SNS::Topic', {}] },
    { Outputs: { G: { Value: { 'Fn::ImportValue': 'inner' }, Export: { Name: { 'Fn::Sub': 'outer' } } }, Circle: { Value: { 'Fn::ImportValue': 'circle' }, Export: { Name: 'circle' } } } })
  const shop = (name: string): object => template({
    Task: ['ECS::TaskDefinition', task({}, { family: undefined })],
    Service: ['ECS::Service', { TaskDefinition: { Ref: 'Task' }, LoadBalancers: [{ ContainerName: 'app', TargetGroupArn: { 'Fn::ImportValue': name } }] }]
  })

  t.strictSame(told(linted([group, passing, shop('outer')])).filter((line) => line.startsWith('probe-path')), ['probe-path: 0.json Group app'])
  t.strictSame(told(linted([group, passing, shop('circle')])), [])
})
