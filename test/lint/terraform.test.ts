import t from 'tap'

import { linted, told } from './documents'

interface Module {
  readonly resources: readonly Resource[]
  readonly expressions?: object
  readonly outputs?: object
}
type Resource = readonly [address: string, values: object, expressions?: object]

const containers = (container: object = {}): object =>
  ({ container_definitions: JSON.stringify([{ name: 'app', portMappings: [{ containerPort: 3000 }], ...container }]), requires_compatibilities: ['FARGATE'] })
const references = (...to: readonly string[]): object => ({ references: to })
const partOf = (address: string, part: number): string => address.replace(/\[.*?\]/g, '').split('.').at(part)!
const typeOf = (address: string): string => partOf(address, -2)
const nameOf = (address: string): string => partOf(address, -1)

/** A plan, its modules by the names of their calls. */
function plan (root: readonly Resource[], modules: Readonly<Record<string, Module>> = {}): object {
  const planned = (resources: readonly Resource[]): object[] => resources.map(([address, values]) =>
    ({ address, mode: address.startsWith('data.') ? 'data' : 'managed', type: typeOf(address), name: nameOf(address), values }))
  const written = (resources: readonly Resource[]): object[] =>
    resources.map(([address, , expressions = {}]) => ({ type: typeOf(address), name: nameOf(address), expressions }))
  const calls = Object.entries(modules)
  const children = calls.map(([name, { resources }]) => ({ address: `module.${name}`, resources: planned(resources) }))
  return {
    format_version: '1.2',
    planned_values: { root_module: { resources: planned(root), child_modules: children } },
    configuration: {
      root_module: {
        resources: written(root),
        module_calls: Object.fromEntries(calls.map(([name, { resources, expressions = {}, outputs = {} }]) =>
          [name.replace(/\[.*\]/, ''), { expressions, module: { resources: written(resources), outputs } }]))
      }
    }
  }
}

const services = (document: object): unknown[] => linted([document]).containers.map(({ where: { resource, service = 'none' } }) => [resource, service])

t.test('a service finds its task definition before it has an ARN, in its own module', async (t) => {
  const definition: Resource = ['aws_ecs_task_definition.app', containers()]
  const service: Resource = ['aws_ecs_service.app', {}, { task_definition: references('aws_ecs_task_definition.app.arn', 'aws_ecs_task_definition.app') }]

  t.strictSame(services(plan([definition, service])), [['aws_ecs_task_definition.app', 'aws_ecs_service.app']])
})

t.test('by way of variables and outputs, too, but not of locals', async (t) => {
  const definition = (address: string): Resource => [address, containers()]
  const service = (of: string): Resource => ['module.run.aws_ecs_service.app', {}, { task_definition: references(of) }]
  const outputs = { arn: { expression: references('aws_ecs_task_definition.app.arn') } }
  const found = (from: object, inside = 'var.definition'): unknown[] => services(plan([], {
    define: { resources: [definition('module.define.aws_ecs_task_definition.app')], outputs },
    run: { resources: [service(inside)], expressions: from }
  }))
  const [here, none] = [[['module.define.aws_ecs_task_definition.app', 'module.run.aws_ecs_service.app']], [['module.define.aws_ecs_task_definition.app', 'none']]]

  t.strictSame(found({ definition: references('module.define.arn', 'module.define') }), here)
  t.strictSame(found({ definition: references('module.define.other') }), none)
  t.strictSame(found({ definition: references('local.definition') }), none)
  t.strictSame(found({ definition: references('data.aws_ecs_task_definition.app') }), none)
  t.strictSame(found({ definition: references('var.definition') }), none, 'a variable of the root comes from outside')
  t.strictSame(found({ definition: references('module.run.self') }, 'module.run.self'), none)
  t.strictSame(found({ definition: { references: [7, 'alone'] } }), none)
  t.strictSame(found({}), none)
})

t.test('of several instances it is the one of the same instance of the module, or with the same index', async (t) => {
  const [eu, us] = ['["eu"]', '["us"]']
  const written = { task_definition: references('aws_ecs_task_definition.app') }
  const both = (module: string): readonly Resource[] => [[`${module}.aws_ecs_task_definition.app`, containers()], [`${module}.aws_ecs_service.app`, {}, written]]
  const indexed = [eu, us].flatMap((index): Resource[] => [[`aws_ecs_task_definition.app${index}`, containers()], [`aws_ecs_service.app${index}`, {}, written]])

  t.strictSame(services(plan([], { [`shop${eu}`]: { resources: both(`module.shop${eu}`) }, [`shop${us}`]: { resources: both(`module.shop${us}`) } })), [
    [`module.shop${eu}.aws_ecs_task_definition.app`, `module.shop${eu}.aws_ecs_service.app`],
    [`module.shop${us}.aws_ecs_task_definition.app`, `module.shop${us}.aws_ecs_service.app`]
  ])
  t.strictSame(services(plan(indexed)), [
    [`aws_ecs_task_definition.app${eu}`, `aws_ecs_service.app${eu}`], [`aws_ecs_task_definition.app${us}`, `aws_ecs_service.app${us}`]
  ])
  t.strictSame(linted([plan([...indexed.filter(([address]) => address.includes('definition')), ['aws_ecs_service.app', {}, written]])]).notes,
    ['aws_ecs_service.app (0.json) runs one of several task definitions, and it cannot be told which'])
})

t.test('in a state everything is known, and ARNs lead from one to the other', async (t) => {
  const arn = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:7'
  const resources = [
    { address: 'aws_ecs_task_definition.app', mode: 'managed', type: 'aws_ecs_task_definition', values: { ...containers(), arn, family: 'shop', revision: 7 } },
    { address: 'aws_ecs_service.app', mode: 'managed', type: 'aws_ecs_service', values: { task_definition: arn, name: 'shop' } },
    { address: 'data.aws_ecs_service.app', mode: 'data', type: 'aws_ecs_service', values: { task_definition: arn } },
    { address: 'aws_sns_topic.app', mode: 'managed', type: 'aws_sns_topic' }, { type: 'aws_ecs_service' }, { address: 'aws_ecs_service.empty', type: 'aws_ecs_service' }, 7
  ]

  t.strictSame(services({ format_version: '1.0', values: { root_module: { resources, child_modules: [{ resources }, 7] } } }), [['aws_ecs_task_definition.app', 'aws_ecs_service.app']])
})

t.test('containers that are known only after the apply are told of', async (t) => {
  const note = 'aws_ecs_task_definition.app (0.json): its containers cannot be told from the file'

  t.strictSame(linted([plan([['aws_ecs_task_definition.app', {}, { container_definitions: references('aws_ecr_repository.app') }]])]).notes, [note])
  t.strictSame(linted([plan([['aws_ecs_task_definition.app', { container_definitions: '[{' }]])]).notes, [note])
  t.strictSame(linted([plan([['aws_ecs_task_definition.app', { container_definitions: '7' }]])]).notes, [note])
})

const GROUP = { protocol: 'HTTP', deregistration_delay: '300' }
const written = { target_group_arn: references('aws_lb_target_group.app.arn') }

function balanced (group: object, groupWritten: object = {}, service: object = {}, serviceWritten: object = {}): object {
  return plan([
    ['aws_ecs_task_definition.app', containers()],
    ['aws_lb_target_group.app', group, groupWritten],
    ['aws_ecs_service.app', { load_balancer: [{ container_name: 'app', container_port: 3000 }], ...service },
      { task_definition: references('aws_ecs_task_definition.app'), load_balancer: [written], ...serviceWritten }]
  ])
}
const facts = (document: object): unknown => linted([document]).containers[0]!.facts.loadBalancer

t.test('what is neither planned nor written has AWS\'s default; what is written and not planned is not known', async (t) => {
  const check = (values: object, expressions: object): unknown =>
    facts(balanced({ ...GROUP, health_check: [values] }, { health_check: [expressions] }))

  t.match(facts(balanced(GROUP)), { deregistrationDelay: 300_000, healthCheck: { path: '/', interval: 30_000, timeout: 5_000, unhealthyThreshold: 2 } })
  t.match(check({ path: '/health', interval: 5, unhealthy_threshold: 3 }, { path: { constant_value: '/health' } }),
    { healthCheck: { path: '/health', interval: 5_000, timeout: 5_000, unhealthyThreshold: 3 } })
  t.match(check({ path: '/health', interval: 5 }, { timeout: references('var.timeout') }), { healthCheck: { path: '/health', timeout: undefined } })
  t.match(facts(balanced(GROUP, { health_check: [{ path: references('var.path') }] })), { healthCheck: undefined })
  t.match(facts(balanced({ ...GROUP, deregistration_delay: null })), { deregistrationDelay: 300_000 })
  t.match(facts(balanced({ protocol: 'HTTP' }, { deregistration_delay: references('var.delay') })), { deregistrationDelay: undefined })
  t.match(facts(balanced({ ...GROUP, health_check: [{ path: '' }] })), { healthCheck: { path: '/' } })
})

t.test('an NLB may be told not to cut the connections of an unhealthy target', async (t) => {
  const group = { protocol: 'TCP', health_check: [{ protocol: 'HTTP', path: '/health', interval: 5, timeout: 2 }] }
  const keeping = { ...group, target_health_state: [{ enable_unhealthy_connection_termination: false }] }

  t.strictSame(told(linted([balanced(group)])), ['nlb-health: 0.json aws_lb_target_group.app app'])
  t.strictSame(told(linted([balanced(keeping)])), [])
})

t.test('of several load balancers of a service, each finds what is written of it by its constants', async (t) => {
  const two = [{ container_name: 'app', container_port: 3000 }, { container_name: 'app', container_port: 3001 }]
  const constant = (port: unknown, more: object): object => ({ container_port: { constant_value: port }, ...more })
  const group = { ...GROUP, health_check: [{ path: '/other', interval: 5, timeout: 2 }] }
  const paths = (blocks: readonly object[]): unknown[] => linted([balanced(group, {}, { load_balancer: two }, { load_balancer: blocks })])
    .containers.map(({ facts: { loadBalancer } }) => loadBalancer?.healthCheck?.path)

  t.strictSame(paths([constant(3001, {}), constant(3000, written)]), ['/other', undefined])
  t.strictSame(paths([written, written]), [undefined, undefined])
})

t.test('scaling, a cluster\'s default providers, rules of listeners and older names are understood', async (t) => {
  const providers = ['FARGATE', 'FARGATE_SPOT'].map((provider) => ({ base: 0, weight: 1, capacity_provider: provider }))
  const toGroup = { target_group_arn: references('aws_alb_target_group.app.arn') }
  const document = plan([
    ['aws_ecs_cluster.main', {}],
    ['aws_ecs_cluster_capacity_providers.main', { default_capacity_provider_strategy: providers }, { cluster_name: references('aws_ecs_cluster.main.name') }],
    ['aws_ecs_cluster_capacity_providers.stray', {}],
    ['aws_ecs_task_definition.app', containers()],
    ['aws_alb.public', { idle_timeout: 90, load_balancer_type: 'application' }],
    ['aws_alb_listener.http', {}, { load_balancer_arn: references('aws_alb.public.arn') }],
    ['aws_alb_listener_rule.app', { action: [{ type: 'forward' }] }, { listener_arn: references('aws_alb_listener.http.arn'), action: [toGroup] }],
    ['aws_alb_target_group.app', GROUP],
    ['aws_ecs_service.app', { desired_count: 4, load_balancer: [{ container_name: 'app', container_port: 3000 }] }, {
      cluster: references('aws_ecs_cluster.main.id'),
      task_definition: references('aws_ecs_task_definition.app.arn'),
      load_balancer: [toGroup]
    }],
    ['aws_appautoscaling_target.app', { min_capacity: 2 }, { resource_id: references('aws_ecs_cluster.main.name', 'aws_ecs_service.app.name') }]
  ])

  t.match(linted([document]).containers, [{ facts: { capacity: 'mixed', desiredCount: 2, loadBalancer: { idleTimeout: 90_000 } } }])
})
