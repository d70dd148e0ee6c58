import t from 'tap'

import { lint } from '../../lib/lint/index'
import { fixture, told } from './documents'

const told72 = { keepAliveTimeout: 72_000 }

t.test('a task definition and a service, as they are registered and created', async (t) => {
  const result = lint([fixture('task-definition.json'), fixture('service.json')])

  t.strictSame(told(result), [
    'stop-timeout: task-definition.json shop-api app',
    'signals-arrive: task-definition.json shop-api app',
    'fargate-stop-timeout: task-definition.json shop-api log-router',
    'loopback: task-definition.json shop-api app',
    'container-health-check: task-definition.json shop-api app',
    'single-task: service.json shop-api app'
  ])
  t.strictSame(result.containers.map(({ application, facts: { capacity, stopTimeout } }) => [application, capacity, stopTimeout]),
    [[true, 'mixed', 20_000], [false, 'mixed', 150_000]])
})

t.test('what the AWS CLI describes, in six files', async (t) => {
  const kinds = ['services', 'task-definition', 'target-groups', 'target-group-attributes', 'load-balancers', 'load-balancer-attributes']
  const result = lint(kinds.map((kind) => fixture(`described/${kind}.json`)), { ...told72, longestRequest: 25_000 })

  t.strictSame(told(result), [
    'keep-alive: described/load-balancers.json shop app',
    'longest-request: described/task-definition.json shop-api app',
    'told-in-time: described/target-groups.json shop-api app',
    'deregistration-delay: described/target-groups.json shop-api app',
    'probe-path: described/target-groups.json shop-api app',
    'buffer: described/task-definition.json shop-api app'
  ])
  t.match(result.containers, [{
    where: { service: 'shop-api' },
    facts: { capacity: 'fargate', stopTimeout: 30_000, desiredCount: 3, loadBalancer: { idleTimeout: 120_000, deregistrationDelay: 20_000 } },
    unknown: []
  }])
})

t.test('the examples that AWS publishes of its own answers and calls', async (t) => {
  const names = ['register-task-definition', 'create-service-1', 'create-service-2', 'describe-services', 'describe-task-definition',
    'describe-target-groups', 'describe-target-group-attributes', 'describe-load-balancers', 'describe-load-balancer-attributes']
  const result = lint(names.map((name) => fixture(`aws-sdk/${name}.json`)), told72)

  t.strictSame(result.files.map(({ kinds }) => kinds), [
    ['task definition'], ['services'], ['services'], ['services'], ['task definition'], ['target groups'], ['attributes'], ['load balancers'], ['attributes']
  ])
  t.match(result.containers, [
    { where: { resource: 'sleep360', container: 'sleep' }, unknown: ['what it runs on', 'its stop timeout', 'its service'] },
    { where: { container: 'wordpress', service: 'ecs-simple-service' }, facts: { desiredCount: 10 } },
    { where: { container: 'mysql' }, application: false }
  ])
  t.strictSame(told(result), []) // they leave out what the rules are about, and nothing is made up
})

t.test('a template with parameters, mappings and conditions', async (t) => {
  const result = lint([fixture('template.json')])

  t.strictSame(told(result), [
    'fargate-stop-timeout: template.json Task app',
    'health-check-times: template.json Group app',
    'nlb-health: template.json Group app',
    'signals-arrive: template.json Task app',
    'spot-notice: template.json Group app'
  ])
  t.strictSame(result.findings.map(({ where }) => where.line), [36, 73, 73, 36, 73])
  t.match(result.containers, [{ facts: { capacity: 'fargate-spot', plan: { stopTimeout: 130_000 } }, unknown: ['how many tasks there are'] }])
})

t.test('four stacks that the CDK has synthesised, joined by what they export', async (t) => {
  const stacks = ['Network', 'Balanced', 'Spot', 'Plain'].map((name) => fixture(`cdk/${name}.template.json`))

  t.strictSame(told(lint(stacks, told72)), [
    'keep-alive: cdk/Balanced.template.json Balancer71DDC9D9 orders',
    'signals-arrive: cdk/Plain.template.json ShopTaskDefE0B180E6 web',
    'spot-notice: cdk/Balanced.template.json GroupC77FDACD orders',
    'single-task: cdk/Spot.template.json ServiceD69D759B orders',
    'depends-on: cdk/Spot.template.json Task79114B6B proxy',
    'told-in-time: cdk/Plain.template.json ShopLBPublicListenerECSGroup36EA5867 web',
    'probe-path: cdk/Plain.template.json ShopLBPublicListenerECSGroup36EA5867 web'
  ])
})

t.test('one of these stacks alone: what it imports is not known', async (t) => {
  const result = lint([fixture('cdk/Spot.template.json')], told72)

  t.strictSame(told(result), ['single-task: cdk/Spot.template.json ServiceD69D759B orders', 'depends-on: cdk/Spot.template.json Task79114B6B proxy'])
  t.strictSame(result.containers.map(({ unknown }) => unknown), [['the health check of its target group', 'its deregistration delay'], []])
})

t.test('a Terraform plan, with a module and nothing applied', async (t) => {
  const result = lint([fixture('plan.json')], told72)
  const shop = 'module.shop["eu"]'

  t.strictSame(told(result), [
    'keep-alive: plan.json aws_lb.public shop',
    `fastify-cli: plan.json ${shop}.aws_ecs_task_definition.this shop`,
    `told-in-time: plan.json ${shop}.aws_lb_target_group.this[0] shop`,
    `spot-notice: plan.json ${shop}.aws_lb_target_group.this[0] shop`,
    `single-task: plan.json ${shop}.aws_ecs_service.this shop`
  ])
  t.match(result.containers, [{ facts: { capacity: 'fargate-spot', desiredCount: 1, stopTimeout: 60_000 }, unknown: [] }])
})
