import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import t, { type Test } from 'tap'

import { lint as command } from '../../lib/cli/lint'
import { readSource } from '../../lib/cli/lint-files'
import { readLintArguments } from '../../lib/cli/lint-flags'
import { cli } from '../helpers/cli'
import { inProcess, type Said } from '../helpers/in-process'

t.jobs = 4

const FIXTURES = path.join(__dirname, '../fixtures/lint')
/** GitHub's own variable decides, where it is set. */
const env = { GITHUB_ACTIONS: '' }
Object.assign(process.env, env)
process.chdir(FIXTURES) // files are named as they were given

const lint = (...args: readonly string[]): Promise<Said> => inProcess((terminal) => command(args, terminal))

function file (t: Test, name: string, text: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'ecs-graceful-lint-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(path.join(folder, name), text)
  return path.join(folder, name)
}

t.test('errors are told of on stdout, and exit with 1', { buffered: true }, async (t) => {
  const { code, stdout, stderr } = await lint('task-definition.json', 'service.json')

  t.match(stdout, /^error stop-timeout {2}task-definition\.json:14 /)
  t.match(stdout, /3 errors, 3 warnings in 2 containers of 2 files\n$/)
  t.notMatch(stdout, /^::/m)
  t.equal(stderr, '')
  t.equal(code, 1)
})

t.test('warnings exit with 0, and with 1 if strict', { buffered: true }, async (t) => {
  const [lax, strict] = await Promise.all([lint('cdk/Spot.template.json'), lint('--strict', 'cdk/Spot.template.json')])

  t.strictSame([lax.code, strict.code], [0, 1])
  t.match(lax.stdout, '0 errors, 2 warnings in 2 containers of 1 file')
})

t.test('--json writes the result to stdout and the text to stderr, annotations too', { buffered: true }, async (t) => {
  const { code, stdout, stderr } = await lint('--json', '--github', '--off', 'single-task', '--error', 'depends-on', 'cdk/Spot.template.json')

  t.match(JSON.parse(stdout), { version: 1, ok: false, findings: [{ rule: 'depends-on', severity: 'error' }], counts: { error: 1, warning: 0 } })
  t.match(stderr, /^::error file=cdk\/Spot\.template\.json,line=62,title=fastify-ecs-graceful depends-on::/m)
  t.equal(code, 1)
})

t.test('on GitHub there are annotations beside the text', { buffered: true }, async (t) => {
  const { stdout } = await cli(t, ['lint', 'plan.json'], { cwd: FIXTURES, env: { GITHUB_ACTIONS: 'true' } })

  t.match(stdout, /^error fastify-cli /m)
  t.match(stdout, /^::error file=plan\.json,line=67,title=fastify-ecs-graceful fastify-cli::/m)
})

t.test('the built command line reads a file that is piped into it', { buffered: true }, async (t) => {
  const { code, stdout } = await cli(t, ['lint', '-', '--github'], { env, input: '{"containerDefinitions":[{"name":"app","command":["npm","start"]}]}' })

  t.match(stdout, /^error signals-arrive {2}stdin:1 the task definition, container app$/m)
  t.match(stdout, /^::error title=fastify-ecs-graceful signals-arrive::/m)
  t.equal(code, 1)
})

t.test('a file that is not understood is named, and what would be', { buffered: true }, async (t) => {
  const [strange, empty] = [file(t, 'package.json', '{"name":"shop"}'), file(t, 'service.json', '{"serviceName":"shop","desiredCount":1}')]
  const [nothing, none] = await Promise.all([lint(strange), lint(empty)])

  t.match(nothing, { code: 2, stdout: '', stderr: /package\.json holds nothing that is understood; understood are task definition, services, .*Terraform plan: see fastify-ecs-graceful lint --help\n$/ })
  t.match(none, {
    code: 2, stderr: /there is no container in .*service\.json \(shop .* runs a task definition that no file describes\): a task definition is needed/
  })
})

t.test('what is no JSON is named with its line and column', async (t) => {
  const said = async (name: string, text: string): Promise<string> =>
    await readSource(file(t, name, text), process.stdin).then(() => 'read', (error: Error) => error.message.replace(/^.*\//, ''))

  t.match(await said('a.json', '{\n  "family": shop\n}'), /^a\.json:2:13: this is no JSON: /)
  t.match(await said('a.json', '{ "family": "shop"'), /^a\.json:1:19: this is no JSON: /)
  t.match(await said('a.json', ''), /^a\.json:1:1: this is no JSON: /)
  t.match(await said('a.json', 'resource "aws_ecs_service" "app" {'), /^a\.json:1:1: this is no JSON: /)
  t.equal(await said('a.json', '\uFEFF{}'), 'read')
})

t.test('YAML is told to be YAML, and what to do', async (t) => {
  const said = async (name: string, text: string): Promise<string> =>
    await readSource(file(t, name, text), process.stdin).then(() => 'read', (error: Error) => error.message.replace(/^.*\//, ''))
  const sentence = (name: string): string =>
    `${name}: this is YAML, and only JSON is read: convert it, such as with \`cdk synth --json\` or \`rain fmt --json\``

  t.equal(await said('template.yaml', '- a'), sentence('template.yaml'))
  t.equal(await said('template.YML', 'Resources: {}'), sentence('template.YML'))
  t.equal(await said('template', '# a stack\n\n  # of mine\nAWSTemplateFormatVersion: "2010-09-09"\n'), sentence('template'))
  t.equal(await said('template', '---\nResources:\n'), sentence('template'))
  t.equal(await said('template.yaml', '{}'), 'read', 'JSON is YAML')
})

t.test('a file that cannot be read is named', async (t) => {
  t.match(await readSource(path.join(FIXTURES, 'nothing.json'), process.stdin).catch((error: Error) => error.message), /nothing\.json cannot be read: ENOENT/)
  t.match(await readSource(FIXTURES, process.stdin).catch((error: Error) => error.message), /lint cannot be read: EISDIR/)
})

t.test('flags become settings, seconds milliseconds', async (t) => {
  const known = ['--health-path', '/ready', '--stop-timeout', '60', '--longest-request', '2.5', '--keep-alive-timeout', '72']
  const args = ['a.json', ...known, '--off', 'buffer', '--off', 'buffer', '--warning', 'loopback', 'b.json', 'a.json']

  t.strictSame(readLintArguments(args), {
    files: ['a.json', 'b.json'],
    settings: {
      healthPath: '/ready',
      stopTimeout: 60_000,
      longestRequest: 2_500,
      keepAliveTimeout: 72_000,
      severities: new Map([['buffer', 'off'], ['loopback', 'warning']]),
      strict: false
    },
    github: false,
    json: false,
    help: false
  })
})

t.test('wrong usage is told of by name', async (t) => {
  const wrong: ReadonlyArray<readonly [args: readonly string[], said: RegExp]> = [
    [[], /^there is no file to read/],
    [['a.json', '--of', 'buffer'], /^Unknown option '--of'/],
    [['a.json', '--off', 'bufer'], /^--off: there is no rule bufer: known are budget, stop-timeout, /],
    [['a.json', '--off', '__proto__'], /^--off: there is no rule __proto__/],
    [['a.json', '--off', 'buffer', '--error', 'buffer'], /^--error: buffer is chosen to be off, too/],
    [['a.json', '--longest-request', 'long'], /^--longest-request must be a number of seconds, but is 'long'/],
    [['a.json', '--keep-alive-timeout=-1'], /^--keep-alive-timeout must be a number of seconds, but is '-1'/],
    [['a.json', '--stop-timeout', '1'], /^--stop-timeout must be a number of seconds from 2 to 86400, but is '1'/],
    [['a.json', '--health-path', 'health'], /^--health-path must be a path that begins with '\/', without a query, but is 'health'/]
  ]

  for (const [args, said] of wrong) t.throws(() => readLintArguments(args), { message: said })
})
