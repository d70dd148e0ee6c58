import t from 'tap'

import { balanced, BALANCER_ARN, broken, GROUP_ARN, linted, loadBalancers, service, targetGroups, task, told } from './documents'

const ARN = 'arn:aws:ecs:eu-west-1:111122223333'
const attributes = (key: string, value: string, more: object = {}): object => ({ Attributes: [{ Key: key, Value: value }], ...more })

/** Who runs what, as containers and services. */
const joined = (...documents: readonly object[]): unknown[] =>
  linted(documents).containers.map(({ where: { resource, container, service = 'none' }, application }) => [resource, container, service, application])

t.test('a service finds its task definition by family, by revision and by ARN', async (t) => {
  const names = ['shop', 'shop:7', `${ARN}:task-definition/shop:7`]
  const definitions = [task(), task({}, { revision: 7 }), task({}, { revision: 7, taskDefinitionArn: `${ARN}:task-definition/shop:7` })]

  for (const name of names) {
    for (const definition of definitions) t.strictSame(joined(definition, service({ taskDefinition: name })), [['shop', 'app', 'shop', true]], name)
  }
})

t.test('a service runs no other revision and no other family', async (t) => {
  const notes = (definition: object, taskDefinition: unknown): readonly string[] => linted([definition, service({ taskDefinition })]).notes

  t.strictSame(notes(task({}, { revision: 8 }), 'shop:7'), ['shop (1.json) runs a task definition that no file describes'])
  t.strictSame(notes(task(), 'shop-api'), ['shop (1.json) runs a task definition that no file describes'])
  t.strictSame(notes(task(), []), ['shop (1.json) runs a task definition that no file describes'])
  t.strictSame(notes(task(), 'shop'), [])
})

t.test('of two revisions it cannot be told which a bare family means', async (t) => {
  const result = linted([task({}, { revision: 7 }), task({}, { revision: 8 }), service()])

  t.strictSame(result.notes, ['shop (2.json) runs one of several task definitions, and it cannot be told which'])
  t.strictSame(result.containers.map(({ where }) => where.service), [undefined, undefined])
})

t.test('a service that names no task definition runs the only one there is, if its containers fit', async (t) => {
  const update = balanced({ taskDefinition: undefined })

  t.strictSame(linted([task(), update]).notes, ['shop (1.json) names no task definition: taken to run shop, the only one there is'])
  t.strictSame(linted([task({ name: 'web' }), update]).notes, ['shop (1.json) runs a task definition that no file describes'])
  t.strictSame(linted([task(), task({}, { family: 'other' }), update]).notes, ['shop (2.json) runs a task definition that no file describes'])
})

t.test('two services of one task definition are looked at one by one, and what they have in common is said once', async (t) => {
  const other = service({ serviceName: 'spare', capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }], launchType: undefined })
  const result = linted([task({ command: ['npm', 'start'] }), service(), other])

  t.strictSame(result.containers.map(({ where, facts }) => [where.service, facts.capacity]), [['shop', 'fargate'], ['spare', 'fargate-spot']])
  t.strictSame(told(result), ['signals-arrive: 0.json shop app'])
})

t.test('rules for applications are for what a load balancer points to: by name, or by the only port', async (t) => {
  const containers = [{ name: 'proxy', portMappings: [{ containerPort: 80 }] }, { name: 'app', portMappings: [{ containerPort: 3000 }] }, { name: 'log' }]
  const definition = task({}, { containerDefinitions: containers.map((container) => ({ ...container, command: ['npm', 'start'] })) })
  const deaf = (loadBalancer: object): unknown[] =>
    linted([definition, service({ loadBalancers: [loadBalancer] })]).findings.map(({ where }) => where.container)

  t.strictSame(deaf({ containerName: 'app', containerPort: 80 }), ['app'])
  t.strictSame(deaf({ containerPort: 80 }), ['proxy'])
  t.strictSame(deaf({ containerName: {}, containerPort: 3000 }), ['app'])
  t.strictSame(deaf({}), ['proxy', 'app'], 'else for those with ports')
})

t.test('without a load balancer they are for containers with ports, else for the only one', async (t) => {
  const application = (containers: readonly object[]): unknown[] =>
    linted([task({}, { containerDefinitions: containers })]).containers.filter(({ application }) => application).map(({ where }) => where.container)

  t.strictSame(application([{ name: 'a', portMappings: [{ containerPort: 1 }] }, { name: 'b', portMappings: [] }]), ['a'])
  t.strictSame(application([{ name: 'a' }]), ['a'])
  t.strictSame(application([{ name: 'a' }, { name: 'b' }]), [])
  t.strictSame(application([{ name: 'a', portMappings: 'some' }, { name: 'b' }]), [])
})

t.test('a load balancer that points to a container which is not there is told of', async (t) => {
  const result = linted([task({ name: 'web' }), balanced()])

  t.strictSame(result.notes, ['shop (1.json) points to a container app, which shop does not have'])
  t.match(result.containers, [{ where: { container: 'web' }, application: true }])
})

t.test('a target group is found by its ARN, or by the name within it', async (t) => {
  const slow = { HealthCheckIntervalSeconds: 30 }

  t.strictSame(broken([task(), balanced(), targetGroups(slow)]), ['told-in-time'])
  t.strictSame(broken([task(), balanced(), targetGroups({ ...slow, TargetGroupArn: undefined })]), ['told-in-time'])
  t.strictSame(broken([task(), balanced(), targetGroups({ ...slow, TargetGroupArn: undefined, TargetGroupName: 'other' })]), [])
})

t.test('a service in two target groups is held against both', async (t) => {
  const other = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/inner/0123456789abcdef'
  const both = [GROUP_ARN, other].map((targetGroupArn) => ({ containerName: 'app', containerPort: 3000, targetGroupArn }))
  const groups = [targetGroups(), targetGroups({ TargetGroupArn: other, TargetGroupName: 'inner', HealthCheckPath: '/' })]

  t.strictSame(told(linted([task(), service({ loadBalancers: both }), ...groups])), ['probe-path: 3.json inner app'])
})

t.test('attributes belong to whom they name, else to the only one there is', async (t) => {
  const delay = (...documents: readonly object[]): unknown =>
    linted([task(), balanced(), ...documents]).containers[0]!.facts.loadBalancer?.deregistrationDelay
  const twenty = attributes('deregistration_delay.timeout_seconds', '20')
  const others = targetGroups({ TargetGroupArn: `${GROUP_ARN}0`, TargetGroupName: 'other' })

  t.equal(delay(targetGroups()), undefined)
  t.equal(delay(targetGroups(), twenty), 20_000)
  t.equal(delay(targetGroups(), others, twenty), undefined)
  t.equal(delay(targetGroups(), others, { ...twenty, TargetGroupArn: GROUP_ARN }), 20_000)
  t.equal(delay(targetGroups(), { ...twenty, TargetGroupArn: `${GROUP_ARN}0` }), undefined)
  t.strictSame(linted([task(), twenty]).notes, ['the attributes in 1.json are of a target group, but it cannot be told of which'])
})

t.test('attributes in two documents are taken together, the first that says something first', async (t) => {
  const documents = [
    attributes('deregistration_delay.timeout_seconds', '20'),
    { Attributes: [{ Key: 'deregistration_delay.timeout_seconds', Value: '40' }, { Key: 'stickiness.enabled', Value: 'false' }] }
  ]

  t.match(linted([task(), balanced(), targetGroups(), ...documents]).containers, [{ facts: { loadBalancer: { deregistrationDelay: 20_000 } } }])
})

t.test('the idle timeout is that of the load balancer which a target group names', async (t) => {
  const idle = attributes('idle_timeout.timeout_seconds', '120')
  const documents = (balancer: object): readonly object[] => [task(), balanced(), targetGroups(), balancer, idle]

  t.strictSame(broken(documents(loadBalancers()), { keepAliveTimeout: 72_000 }), ['keep-alive'])
  t.strictSame(broken(documents(loadBalancers()), { keepAliveTimeout: 125_000 }), [])
  t.strictSame(broken(documents(loadBalancers({ LoadBalancerArn: `${BALANCER_ARN}0`, LoadBalancerName: 'other' })), { keepAliveTimeout: 72_000 }), [])
})

t.test('one name in two files is that of the same file', async (t) => {
  const stack = (command: readonly string[]): object => ({
    Resources: {
      Task: { Type: 'AWS::ECS::TaskDefinition', Properties: task({ command }) },
      Service: { Type: 'AWS::ECS::Service', Properties: service() }
    }
  })

  t.strictSame(told(linted([stack(['npm', 'start']), stack(['node', 'server.js'])])), ['signals-arrive: 0.json Task app'])
  t.strictSame(linted([stack([]), stack([])]).notes, [])
})

t.test('capacity is what the service says, else its cluster, else the variable, else what the task requires', async (t) => {
  const both = { requiresCompatibilities: ['EC2', 'FARGATE'] }
  const capacity = (given: object, definition: object = both, container: object = {}): unknown =>
    linted([task(container, definition), service({ launchType: undefined, ...given })]).containers[0]!.facts.capacity
  const strategy = (...providers: ReadonlyArray<readonly [string, number]>): object =>
    ({ capacityProviderStrategy: providers.map(([capacityProvider, weight]) => ({ capacityProvider, weight })) })
  const variable = { environment: [{ name: 'ECS_GRACEFUL_CAPACITY', value: 'mixed' }] }

  t.equal(capacity({ launchType: 'FARGATE' }), 'fargate')
  t.equal(capacity({ launchType: 'EC2' }), 'ec2')
  t.equal(capacity({ launchType: 'EXTERNAL' }), undefined)
  t.equal(capacity({ launchType: {} }, {}), undefined)
  t.equal(capacity(strategy(['FARGATE_SPOT', 1])), 'fargate-spot')
  t.equal(capacity(strategy(['FARGATE_SPOT', 1], ['FARGATE', 2])), 'mixed')
  t.equal(capacity(strategy(['FARGATE_SPOT', 0], ['FARGATE', 2])), 'fargate', 'a provider without weight is not used')
  t.equal(capacity({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT', base: 1 }] }), 'fargate-spot')
  t.equal(capacity({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE_SPOT' }] }), 'fargate-spot', 'unless it is the only one')
  t.equal(capacity({ capacityProviderStrategy: [{ capacityProvider: 'FARGATE', weight: {} }] }), 'fargate')
  t.equal(capacity(strategy(['shop-instances', 1])), 'ec2')
  t.equal(capacity({ capacityProviderStrategy: [{ weight: 1 }] }), undefined)
  t.equal(capacity({ capacityProviderStrategy: 'FARGATE' }, {}), undefined)
  t.equal(capacity({ capacityProviderStrategy: [] }, {}), 'fargate')
  t.equal(capacity({}, {}, variable), 'mixed', 'Fargate is all that a task definition can say')
  t.equal(capacity({ launchType: 'FARGATE' }, {}, variable), 'fargate')
  t.equal(capacity({}), undefined)
  t.equal(capacity({}, { requiresCompatibilities: [{}] }), undefined)
  t.equal(linted([task()]).containers[0]!.facts.capacity, 'fargate')
})

t.test('how many tasks there are is not known of a daemon, nor where nothing is said', async (t) => {
  const tasks = (given: object): unknown => linted([task(), service(given)]).containers[0]!.facts.desiredCount

  t.equal(tasks({ desiredCount: 1 }), 1)
  t.equal(tasks({ desiredCount: undefined }), undefined)
  t.equal(tasks({ schedulingStrategy: 'DAEMON' }), undefined)
  t.strictSame(broken([task(), service({ desiredCount: 1 })]), [], 'one task behind no load balancer is none of our business')
  t.strictSame(broken([task(), balanced({ desiredCount: 1 })]), ['single-task'])
})

t.test('of a Classic Load Balancer no rule speaks, and a note says so', async (t) => {
  const result = linted([task(), service({ desiredCount: 1, loadBalancers: [{ loadBalancerName: 'classic', containerName: 'app' }] })])

  t.strictSame(told(result), [])
  t.strictSame(result.notes, ['shop (1.json) is behind a Classic Load Balancer, of which no rule speaks'])
  t.match(result.containers, [{ application: true, unknown: [], facts: { loadBalancer: undefined } }])
})

t.test('containers that wait for one another stop one after the other: the longest chain, for the last of them', async (t) => {
  const after = (name: string, stopTimeout: number | undefined, ...names: readonly string[]): object =>
    ({ name, stopTimeout, dependsOn: names.map((containerName) => ({ containerName, condition: 'START' })) })
  const chains = (...containers: readonly object[]): unknown[] =>
    linted([task({}, { containerDefinitions: containers })]).containers.flatMap(({ facts }) => facts.container?.stopChain ?? [])
      .map(({ name, stopTimeout }) => `${name} ${stopTimeout / 1_000}`)

  t.strictSame(chains(after('app', 60, 'proxy'), after('proxy', 30)), ['app 60', 'proxy 30'])
  t.strictSame(chains(after('a', 10, 'c'), after('b', 20, 'c'), after('c', 5, 'd'), after('d', 2)), ['b 20', 'c 5', 'd 2'])
  t.strictSame(chains(after('app', undefined, 'proxy'), after('proxy', 40)), ['app 30', 'proxy 40'], 'with the default of Fargate')
  t.strictSame(chains(after('app', 60), after('proxy', 30)), [])
  t.strictSame(chains(after('a', 1, 'b'), after('b', 1, 'a')), [], 'a circle has no end')
  t.strictSame(chains(after('a', 1, 'b'), after('b', 1, 'a', 'c'), after('c', 1)), [])
  t.strictSame(chains({ name: 'app', dependsOn: [{ containerName: 'migrate', condition: 'SUCCESS' }] }, { name: 'migrate' }), [], 'what has ended need not stop')
  t.strictSame(chains({ name: 'app', stopTimeout: {}, dependsOn: [{ containerName: 'b' }] }, { name: 'b' }), [])
  t.strictSame(chains({ name: 'app', dependsOn: [{ containerName: 'other' }] }), [])
  t.strictSame(chains(...Array.from({ length: 200 }, (_, index) => after(`c${index}`, 1, `c${index + 1}`))), [], 'a task has no such chain')
})

t.test('a sidecar gets no findings that are meant for the application, but Fargate\'s range holds for it', async (t) => {
  const sidecar = { name: 'log', command: ['npm', 'start'], stopTimeout: 1, environment: [{ name: 'HOST', value: 'localhost' }] }
  const definition = task({}, { containerDefinitions: [{ name: 'app', portMappings: [{ containerPort: 3000 }] }, sidecar] })

  t.strictSame(told(linted([definition])), ['fargate-stop-timeout: 0.json shop log'])
  t.strictSame(told(linted([definition], { severities: new Map([['signals-arrive', 'error'], ['fargate-stop-timeout', 'off']]) })), [])
})
