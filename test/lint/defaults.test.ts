import t from 'tap'

import { balanced, linted, loadBalancers, service, targetGroups, task, template } from './documents'

const PATH = 'ElasticLoadBalancingV2'

/** A template with all that belongs together, and with a target group and a load balancer that say no more than these. */
function stack (group: object, balancer: object = {}, container: object = {}): object {
  return template({
    Task: ['ECS::TaskDefinition', task(container)],
    Service: ['ECS::Service', balanced({
      taskDefinition: { Ref: 'Task' }, loadBalancers: [{ containerName: 'app', containerPort: 3000, targetGroupArn: { Ref: 'Group' } }]
    })],
    Group: [`${PATH}::TargetGroup`, group],
    Balancer: [`${PATH}::LoadBalancer`, balancer],
    Listener: [`${PATH}::Listener`, { LoadBalancerArn: { Ref: 'Balancer' }, DefaultActions: [{ TargetGroupArn: { Ref: 'Group' } }] }]
  })
}
const balancerOf = (document: object): unknown => linted([document]).containers[0]!.facts.loadBalancer
/** Of each finding the defaults that it rests on. */
const resting = (documents: readonly object[], settings = {}): Record<string, readonly string[]> => {
  const { findings } = linted(documents, settings)
  return Object.fromEntries(findings.map(({ rule, defaults }) => [rule, defaults.map(({ of, value }) => `${of} ${value}`)]))
}

t.test('where a template says nothing of an ALB, AWS\'s defaults are the facts', async (t) => {
  t.match(balancerOf(stack({ Protocol: 'HTTP' })), {
    kind: 'application',
    idleTimeout: 60_000,
    deregistrationDelay: 300_000,
    healthCheck: { path: '/', interval: 30_000, timeout: 5_000, unhealthyThreshold: 2 },
    unhealthyTermination: undefined
  })
})

t.test('those of an NLB are others, and depend on how it checks', async (t) => {
  const network = { Type: 'network' }

  t.match(balancerOf(stack({ Protocol: 'TCP', HealthCheckProtocol: 'HTTP' }, network)), {
    kind: 'network',
    idleTimeout: undefined,
    deregistrationDelay: 300_000,
    healthCheck: { path: '/', interval: 30_000, timeout: 6_000, unhealthyThreshold: 2 },
    unhealthyTermination: true
  })
  t.match(balancerOf(stack({ Protocol: 'TCP' }, network)), { healthCheck: { path: undefined, timeout: 10_000, unhealthyThreshold: undefined } })
  t.match(balancerOf(stack({ Protocol: 'TLS', HealthCheckProtocol: 'HTTPS' }, network)), { healthCheck: { path: '/', timeout: 10_000 } })
  t.match(balancerOf(stack({ Protocol: 'UDP' }, network)), { kind: 'network', unhealthyTermination: undefined })
})

t.test('a check of the port is no check that a 503 could fail', async (t) => {
  t.strictSame(linted([stack({ Protocol: 'TCP' }, { Type: 'network' })]).findings, [])
})

t.test('without a load balancer the protocol tells what stands before a target group', async (t) => {
  const group = (Protocol: unknown): unknown => linted([task(), balanced(), targetGroups({ Protocol })]).containers[0]!.facts.loadBalancer?.kind

  t.strictSame(['HTTP', 'HTTPS', 'TCP', 'TLS', 'TCP_UDP'].map(group), ['application', 'application', 'network', 'network', 'network'])
  t.strictSame([undefined, 'GENEVE', {}].map(group), [undefined, undefined, undefined])
  t.equal(linted([task(), balanced(), targetGroups(), loadBalancers({ Type: 'gateway' })]).containers[0]!.facts.loadBalancer?.kind, undefined)
  t.equal(linted([task(), balanced(), targetGroups(), loadBalancers({ Type: {} })]).containers[0]!.facts.loadBalancer?.kind, 'application')
})

t.test('what is said and cannot be told is not replaced by a default', async (t) => {
  const attributes = (value: unknown): unknown => balancerOf(stack({ Protocol: 'HTTP', TargetGroupAttributes: value }, { LoadBalancerAttributes: value }))
  const unknown = { Ref: 'AWS::Region' }

  t.match(balancerOf(stack({ Protocol: 'HTTP', HealthCheckIntervalSeconds: unknown, HealthCheckPath: unknown })),
    { healthCheck: { interval: undefined, path: undefined, timeout: 5_000 } })
  t.equal((balancerOf(stack({ Protocol: 'HTTP', HealthCheckProtocol: unknown })) as { healthCheck: unknown }).healthCheck, undefined)
  t.match(attributes(unknown), { deregistrationDelay: undefined, idleTimeout: undefined })
  t.match(attributes([{ Key: unknown, Value: '1' }]), { deregistrationDelay: undefined, idleTimeout: undefined })
  t.match(attributes([{ Key: 'deregistration_delay.timeout_seconds', Value: unknown }]), { deregistrationDelay: undefined, idleTimeout: 60_000 })
  t.match(attributes([{ Key: 'stickiness.enabled', Value: unknown }]), { deregistrationDelay: 300_000 })
})

t.test('a check of gRPC asks for no path that means anything here', async (t) => {
  t.match(balancerOf(stack({ Protocol: 'HTTP', ProtocolVersion: 'GRPC' })), { healthCheck: { path: undefined, interval: 30_000 } })
  t.match(balancerOf(stack({ Protocol: 'HTTP', ProtocolVersion: 'HTTP2' })), { healthCheck: { path: '/' } })
})

t.test('the stop timeout is 30 s on Fargate, and what the instance says on EC2', async (t) => {
  const stopTimeout = (launchType: unknown, container = {}): unknown =>
    linted([task(container, { requiresCompatibilities: undefined }), service({ launchType })]).containers[0]!.facts.stopTimeout

  t.strictSame([stopTimeout('FARGATE'), stopTimeout('EC2'), stopTimeout(undefined)], [30_000, undefined, undefined])
  t.strictSame([stopTimeout('EC2', { stopTimeout: 45 }), stopTimeout('FARGATE', { stopTimeout: {} })], [45_000, undefined])
})

t.test('the application plans with its variable, else with 30 s', async (t) => {
  const NAME = 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS'
  const plan = (container: object): unknown => linted([task(container)]).containers[0]!.facts.plan?.stopTimeout
  const given = (value: unknown): unknown => plan({ environment: [{ name: NAME, value }] })

  t.equal(plan({}), 30_000)
  t.equal(given('60'), 60_000)
  t.equal(given(60), 60_000)
  t.equal(given(''), 30_000, 'as the plugin reads it')
  t.equal(given({}), undefined)
  t.equal(given('a minute'), undefined)
  t.equal(given('1'), undefined, 'no plan fits')
  t.equal(plan({ environment: {} }), undefined)
  t.equal(plan({ environment: [{ name: {}, value: '60' }] }), undefined)
  t.equal(plan({ secrets: [{ name: NAME, valueFrom: 'arn' }] }), undefined)
  t.equal(plan({ secrets: {} }), undefined)
  t.equal(plan({ secrets: [{ name: 'PASSWORD', valueFrom: 'arn' }] }), 30_000)
  t.equal(plan({ environmentFiles: [{ value: 'arn', type: 's3' }] }), undefined)
  t.equal(plan({ environmentFiles: [] }), 30_000)
})

t.test('a longer stop timeout than planned is fine, a shorter one is SIGKILL', async (t) => {
  const variable = { environment: [{ name: 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS', value: '60' }] }

  t.strictSame(resting([task({ stopTimeout: 60 })]), {})
  t.strictSame(resting([task({ stopTimeout: 60, ...variable })]), {})
  t.strictSame(resting([task({ stopTimeout: 30, ...variable })]), { 'stop-timeout': [] })
  t.strictSame(resting([task(variable)]), { 'stop-timeout': ['stopTimeout 30'] })
  t.strictSame(resting([task({ stopTimeout: 10 })]), { 'stop-timeout': ['ECS_GRACEFUL_STOP_TIMEOUT_SECONDS 30'] })
})

t.test('what only the code knows of its plan is no error: it is told, or taken to be the default', async (t) => {
  const said = (container: object, settings = {}) => {
    const { findings, containers } = linted([task(container)], settings)
    return { findings: findings.map(({ rule, severity }) => `${severity} ${rule}`), taken: containers[0]!.taken }
  }
  const variable = { environment: [{ name: 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS', value: '30' }] }
  const taken = ['that it plans with 30 s: if its code says otherwise, give --stop-timeout']

  t.strictSame(said({ stopTimeout: 20 }), { findings: ['warning stop-timeout'], taken })
  t.strictSame(said({ stopTimeout: 20 }, { stopTimeout: 20_000 }), { findings: [], taken: [] })
  t.strictSame(said({ stopTimeout: 30 }), { findings: [], taken })
  t.strictSame(said({ stopTimeout: 30 }, { stopTimeout: 60_000 }), { findings: ['error stop-timeout'], taken: [] })
  t.strictSame(said({ stopTimeout: 20, ...variable }), { findings: ['error stop-timeout'], taken: [] })
  t.strictSame(said({ stopTimeout: 30, ...variable }, { stopTimeout: 20_000 }), { findings: [], taken: [] }, 'the code has the last word')
  t.strictSame(said({ stopTimeout: 20 }, { severities: new Map([['stop-timeout', 'error']]) }), { findings: ['error stop-timeout'], taken })
  t.strictSame(said({ stopTimeout: 1 }).findings.slice(0, 1), ['error stop-timeout'], 'no plan fits so little')
  t.strictSame(said({ command: ['fastify', 'start', 'app.js'] }), { findings: ['error fastify-cli'], taken }, 'an error under any plan')
})

t.test('a variable of ours that the plugin would refuse is told of, without its value', async (t) => {
  const { notes } = linted([task({ environment: [{ name: 'ECS_GRACEFUL_CAPACITY', value: 'a secret' }] })])

  t.strictSame(notes, [
    'app of shop (0.json) is given a ECS_GRACEFUL_CAPACITY that the plugin refuses at start: it must be fargate, fargate-spot, mixed, ec2'
  ])
})

t.test('a finding names the defaults that it rests on, and no others', async (t) => {
  const spot = { launchType: undefined, capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }] }
  const attributes = { Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '100' }] }
  const chain = { containerDefinitions: [{ name: 'app', stopTimeout: 100, dependsOn: [{ containerName: 'proxy' }] }, { name: 'proxy' }] }

  t.strictSame(resting([task(), balanced(spot), targetGroups(), attributes]), { 'spot-notice': ['stopTimeout 30'] })
  t.strictSame(resting([task({}, chain), service(spot)]), { 'depends-on': ['stopTimeout 30'] })
  t.strictSame(resting([task({ command: ['fastify', 'start', 'app.js'] })]),
    { 'fastify-cli': ['--close-grace-delay 500', 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS 30'] })
  t.strictSame(resting([stack({ Protocol: 'HTTP', HealthCheckIntervalSeconds: 5 }, {}, { stopTimeout: 40 })]), {
    'health-check-times': ['HealthCheckTimeoutSeconds 5'],
    'told-in-time': ['HealthCheckTimeoutSeconds 5', 'UnhealthyThresholdCount 2', 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS 30'],
    'probe-path': ['HealthCheckPath /', '--health-path /health']
  })
  t.strictSame(resting([stack({ Protocol: 'HTTP', HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2 })], { healthPath: '/ready' }),
    { 'probe-path': ['HealthCheckPath /'] })
  t.strictSame(resting([stack({ Protocol: 'TCP', HealthCheckProtocol: 'HTTP', HealthCheckPath: '/health' }, { Type: 'network' })], { healthPath: '/health' }), {
    'nlb-health': ['target_health_state.unhealthy.connection_termination.enabled true'],
    'told-in-time': ['HealthCheckIntervalSeconds 30', 'HealthCheckTimeoutSeconds 6', 'UnhealthyThresholdCount 2', 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS 30']
  })
})

t.test('the remedy for a balancer that is told too late is a stop timeout that is long enough', async (t) => {
  const remedy = (interval: number, stopTimeout = 30): string => {
    const container = { stopTimeout, environment: [{ name: 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS', value: String(stopTimeout) }] }
    return linted([task(container), balanced(), targetGroups({ HealthCheckIntervalSeconds: interval })]).findings[0]!.remedy
  }

  t.match(remedy(30), 'raise stopTimeout to 98 s, in the task definition too, ')
  t.strictSame(linted([task({ stopTimeout: 98, environment: [{ name: 'ECS_GRACEFUL_STOP_TIMEOUT_SECONDS', value: '98' }] }), balanced(),
    targetGroups({ HealthCheckIntervalSeconds: 30 })]).findings, [])
  t.notMatch(remedy(300), 'stopTimeout')
})
