import Ajv from 'ajv'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'

import { lint, type LintResult, type Source } from '../../lib/lint/index'
import { fixture, linted, service, source, task, template } from './documents'

const files = ['task-definition.json', 'service.json', 'template.json', 'plan.json', 'cdk/Spot.template.json', 'cdk/Balanced.template.json',
  ...['services', 'task-definition', 'target-groups', 'target-group-attributes', 'load-balancers', 'load-balancer-attributes'].map((name) => `described/${name}.json`)]
const originals = files.map(fixture)

/** What may stand where something else is expected. */
const strange: readonly unknown[] = [
  null, true, 0, -1, 1e308, '', ' ', '/', 'FARGATE', [], {}, [[]], [null], { Ref: 'Task' }, { Ref: 'AWS::NoValue' }, { 'Fn::If': ['IsTest', 1, 2] },
  { 'Fn::GetAtt': ['Service', 'Name'] }, { references: ['var.x'] }, { constant_value: null }, '__proto__', JSON.parse('{"__proto__":{"name":"x"}}'), '\u0000\u001b[31m'
]

/** mulberry32, so that a failure can be had again. */
function randomOf (seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The same document with a few of its values taken away, or replaced by strange ones. */
function spoiled (document: unknown, random: () => number): unknown {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!
  const spoil = (value: unknown): unknown => {
    if (random() < 0.02) return pick(strange)
    if (Array.isArray(value)) return value.filter(() => random() > 0.01).map(spoil)
    if (typeof value !== 'object' || value === null) return value
    const kept = Object.entries(value).filter(() => random() > 0.01)
    return Object.fromEntries(kept.map(([key, each]) => [random() < 0.005 ? pick(['__proto__', 'constructor']) : key, spoil(each)]))
  }
  return spoil(document)
}

const hold = (sources: readonly Source[]): LintResult => lint(sources, { keepAliveTimeout: 72_000, longestRequest: 20_000, healthPath: '/health' })

const schema = JSON.parse(readFileSync(path.join(__dirname, '../../docs/lint.schema.json'), 'utf8')) as object

t.test('whatever the documents hold, there is a result as its schema says, and its numbers are numbers', async (t) => {
  const results = Array.from({ length: 150 }, (_, seed) => {
    const random = randomOf(seed)
    return hold(originals.map(({ file, document }) => source(file, spoiled(document, random))))
  })
  const said = results.flatMap(({ findings }) => findings.map(({ says, remedy }) => `${says} ${remedy}`))

  t.ok(said.length > 500)
  t.strictSame(said.filter((text) => /NaN|undefined|Symbol|\[object/.test(text)), [])
  const validate = new Ajv().compile(schema)
  t.strictSame(results.flatMap((result) => validate(JSON.parse(JSON.stringify(result))) === true ? [] : validate.errors), [])
})

t.test('a document may be any JSON', async (t) => {
  t.strictSame(strange.map((document) => linted([document]).containers), strange.map(() => []))
})

t.test('names of prototypes are names', async (t) => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const containers = names.map((name) => ({ name, portMappings: [{ containerPort: 1 }], environment: names.map((each) => ({ name: each, value: 'x' })) }))
  const resources = `{"Resources":{${names.map((name) => `"${name}":{"Type":"${name}","Properties":{"Ref":"${name}"}}`).join()}}}`
  const plan = `{"planned_values":{"root_module":{"resources":[${names.map((name) => `{"address":"${name}.x","type":"${name}","values":{"__proto__":7}}`).join()}]}}}`

  t.strictSame(linted([task({}, { containerDefinitions: containers })]).containers.map(({ where }) => where.container), names)
  t.match(linted([JSON.parse(resources), JSON.parse(plan), JSON.parse('{"__proto__":{"containerDefinitions":[]}}')]),
    { files: [{ kinds: ['CloudFormation template'] }, { kinds: ['Terraform plan'] }, { kinds: [] }], containers: [] })
  t.equal(({} as { name?: unknown }).name, undefined)
})

/** JSON as deep as nobody writes it. */
const deep = (open: string, inner: string, close: string, depth = 100_000): string => open.repeat(depth) + inner + close.repeat(depth)

t.test('depth is no danger', async (t) => {
  const texts = [
    deep('[', '', ']'),
    deep('{"Resources":', '{}', '}'),
    `{"Resources":{"Task":{"Type":"AWS::ECS::TaskDefinition","Properties":{"Family":${deep('{"Fn::Join":["",[', '"x"', ']]}')},"ContainerDefinitions":${deep('[', '', ']')}}}}}`,
    `{"AWSTemplateFormatVersion":"x","Resources":{"Task":{"Type":"AWS::ECS::TaskDefinition","Condition":"C"}},"Conditions":{"C":${deep('{"Fn::Not":[', '"x"', ']}')}}}`,
    `{"planned_values":{"root_module":${deep('{"child_modules":[{"address":"x","child_modules":[', '', ']}]}', 10_000)}}}`,
    `{"planned_values":{"root_module":{}},"configuration":{"root_module":${deep('{"module_calls":{"x":{"module":', '{}', '}}}')}}}`
  ]

  const results = texts.map((text) => lint([{ file: 'deep.json', text, document: JSON.parse(text) as unknown }]))

  t.strictSame(results.map(({ findings }) => findings), texts.map(() => []))
})

t.test('circles of conditions, of exports and of modules end', async (t) => {
  const links = Array.from({ length: 5_000 }, (_, index) => [`C${index}`, { 'Fn::Equals': [{ 'Fn::If': [`C${index + 1}`, 'a', 'b'] }, 'a'] }])
  const circle = template({ Task: ['ECS::TaskDefinition', task({ stopTimeout: { 'Fn::If': ['C0', 1, 2] } })] },
    { Conditions: { ...Object.fromEntries(links), C5000: { Condition: 'C0' } } })
  const exported = template({ Service: ['ECS::Service', { TaskDefinition: { 'Fn::ImportValue': 'a' } }] }, {
    Outputs: Object.fromEntries([['a', 'b'], ['b', 'a']].map(([name, of]) =>
      [name, { Export: { Name: name }, Value: { 'Fn::Join': ['', Array(9).fill({ 'Fn::ImportValue': of })] } }]))
  })
  const call = { expressions: { x: { references: ['module.m.y'] } }, module: { outputs: { y: { expression: { references: ['var.x', 'module.m.y'] } } } } }
  const plan = {
    planned_values: { root_module: { resources: [{ address: 'aws_ecs_service.a', type: 'aws_ecs_service', values: {} }] } },
    configuration: {
      root_module: {
        resources: [{ type: 'aws_ecs_service', name: 'a', expressions: { task_definition: { references: ['module.m.y'] } } }],
        module_calls: { m: call }
      }
    }
  }

  t.equal(linted([circle]).containers[0]!.facts.stopTimeout, undefined)
  t.equal(linted([exported]).notes.length, 1)
  t.equal(linted([plan]).notes.length, 1)
})

t.test('thousands of resources that name one another, and megabytes of brackets, are gone through', async (t) => {
  const COUNT = 2_000
  const many = <T>(of: (index: number) => T): T[] => Array.from({ length: COUNT }, (_, index) => of(index))
  const stack = template(Object.fromEntries(many((index): ReadonlyArray<[string, readonly [string, object]]> => [
    [`Task${index}`, ['ECS::TaskDefinition', task({ command: ['npm', 'start'] }, { family: `shop${index}` })]],
    [`Service${index}`, ['ECS::Service', { TaskDefinition: { Ref: `Task${index}` }, LoadBalancers: [{ ContainerName: 'app', TargetGroupArn: { Ref: 'Group' } }] }]],
    [`Rule${index}`, ['ElasticLoadBalancingV2::ListenerRule', { ListenerArn: { Ref: 'Listener' }, Actions: [{ TargetGroupArn: { Ref: 'Group' } }] }]]
  ]).flat()))
  const wide = task({}, { containerDefinitions: many((index) => ({ name: `c${index}`, portMappings: [{ containerPort: index }] })) })
  const written = { expressions: { task_definition: { references: ['aws_ecs_task_definition.x'] } } }
  const plan = {
    planned_values: { root_module: { resources: many((index) => ({ address: `aws_ecs_service.a[${index}]`, type: 'aws_ecs_service', values: {} })) } },
    configuration: { root_module: { resources: many((index) => ({ type: 'aws_ecs_service', name: `a${index}`, ...written })) } }
  }
  const long = [task({ command: ['sh', '-c', ';"'.repeat(100_000)] }), task({ command: ['sh', '-c', `${';'.repeat(300_000)}x`] }), task({ command: ['fastify', 'start', '['.repeat(2_000_000)], name: '${'.repeat(1_000_000) }),
    template({ Task: ['ECS::TaskDefinition', { Family: { 'Fn::Sub': '${'.repeat(2_000_000) } }] })]
  const address = { planned_values: { root_module: { resources: [{ address: '["'.repeat(2_000_000), type: 'aws_ecs_service' }] } } }

  t.equal(linted([stack]).findings.length, COUNT)
  t.equal(linted([wide, service()]).containers.length, COUNT)
  t.equal(linted([plan, address]).notes.length, COUNT + 1)
  t.equal(linted(long).containers.length, 3)
})
