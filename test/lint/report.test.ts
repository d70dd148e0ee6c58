import t from 'tap'

import { annotations, lint, printed } from '../../lib/lint/index'
import { balanced, fixture, linted, targetGroups, task } from './documents'

const isFile = (file: string): boolean => file !== 'stdin'

t.test('a finding says what, where, by which default, at what cost and what to do', async (t) => {
  const text = printed(linted([task({ stopTimeout: 10 })]), { coloured: false })

  t.equal(text, `warning stop-timeout  0.json:7 shop, container app
  the stop timeout that the application plans with (30 s) must be at most the task definition's stopTimeout (10 s)
  by default: ECS_GRACEFUL_STOP_TIMEOUT_SECONDS is 30 (what the application plans with where it is not given, unless an option or ecs.describe says otherwise)
  costs: SIGKILL before the drain is over: all requests in flight at that moment, and clients that are never closed
  remedy: set stopTimeout of the container to 30 s, or give the application less

note: 0.json:7 shop, container app: not known is its service; rules that need it said nothing
note: 0.json:7 shop, container app: it is assumed that it plans with 30 s: if its code says otherwise, give --stop-timeout

0 errors, 1 warning in 1 container of 1 file`)
})

t.test('the last line counts', async (t) => {
  const last = (...documents: readonly object[]): string => printed(linted(documents, { longestRequest: 12_000 }), { coloured: false }).split('\n').at(-1)!

  t.equal(last(task({}, { containerDefinitions: [] }), task()), '0 errors, 1 warning, 1 remark in 1 container of 2 files')
  t.equal(last(task({ command: ['npm', 'start'], stopTimeout: 121 }), balanced({ desiredCount: 1 }), targetGroups({ HealthCheckPath: '/' })),
    '2 errors, 3 warnings, 1 remark in 1 container of 3 files')
})

t.test('colours are for terminals', async (t) => {
  const result = lint([fixture('task-definition.json'), fixture('service.json')])

  t.notMatch(printed(result, { coloured: false }), '\u001b')
  t.match(printed(result, { coloured: true }), '\u001b[31m')
})

t.test('what a file holds commands neither a terminal nor a workflow', async (t) => {
  const name = 'app\u001b[31m\r\n::error::100%\u202e'
  const result = linted([task({ name, command: ['npm', 'start\n::stop'], stopTimeout: 1 })])

  t.notMatch(printed(result, { coloured: false }), /[\p{Bidi_Control}\r]|\p{Cc}\[|^::/mu)
  t.strictSame(annotations(result.findings, isFile).filter((line) => /\p{Cc}|%(?!25|0A|0D|3A|2C)/u.test(line)), [])
})

t.test('an annotation stands at the line of what is to be mended', async (t) => {
  const { findings } = lint([fixture('task-definition.json')])

  t.equal(annotations(findings, isFile)[0], '::error file=task-definition.json,line=14,title=fastify-ecs-graceful stop-timeout::' +
    'task-definition.json:14 shop-api, container app: the stop timeout that the application plans with (60 s) must be at most the task definition\'s ' +
    'stopTimeout (20 s). Costs: SIGKILL before the drain is over: all requests in flight at that moment, and clients that are never closed. ' +
    'Remedy: set stopTimeout of the container to 60 s, or give the application less')
})

t.test('warnings are warnings, remarks notices; names are escaped, and stdin is no file', async (t) => {
  const definition = fixture('task-definition.json')
  const named = (file: string): readonly string[] => annotations(lint([{ ...definition, file }], { longestRequest: 41_000 }).findings, isFile)

  t.strictSame(named('a,b:c.json').map((line) => line.split(',title=')[0]), [
    ...['error', 'error'].map((command) => `::${command} file=a%2Cb%3Ac.json,line=14`),
    '::error file=a%2Cb%3Ac.json,line=8',
    ...['warning', 'warning', 'warning', 'notice'].map((command) => `::${command} file=a%2Cb%3Ac.json,line=14`)
  ])
  t.strictSame(named('stdin').map((line) => line.split('::')[1]!.split(' ')[1]), Array(7).fill('title=fastify-ecs-graceful'))
})

t.test('what came by way of a string has the line of the string\'s resource', async (t) => {
  const values = { container_definitions: '[{"name":"a","command":["npm","start"]}]' }
  const resources = [{ address: 'aws_ecs_task_definition.a', type: 'aws_ecs_task_definition', values }]

  t.strictSame(linted([{ planned_values: { root_module: { resources } } }]).findings.map(({ where }) => where.line), [5])
})

t.test('of a key that is there twice, the last counts, and its line', async (t) => {
  const text = `{
  "containerDefinitions": [{ "name": "a" }],
  "family": "shop \\"}[",
  "containerDefinitions": [
    { "name": "b", "command": ["npm", "start"] }
  ]
}`

  t.match(lint([{ file: 'twice.json', text, document: JSON.parse(text) as unknown }]).findings, [{ where: { container: 'b', line: 5 } }])
})
