import Ajv from 'ajv'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import type { RehearsalResult } from '../../lib/rehearsal/index'
import { cli, type CliOptions, type CliRun } from '../helpers/cli'

t.jobs = 4

const node = (program: string): string[] => ['--', process.execPath, '-e', program]
const serving = (handler: string, port = 'process.env.PORT'): string =>
  `require('node:http').createServer((request, response) => { ${handler} }).listen(${port}, '127.0.0.1')`
const small = ['--order', 'together', '--rate', '20', '--tasks', '1', '--lag', 'ideal']

/** A rehearsal that ends one way or other. Nothing may be left of it. */
async function run (t: Test, args: readonly string[], options?: CliOptions): Promise<CliRun> {
  const ended = await cli(t, ['rehearse', ...args], options)
  t.strictSame(ended.left, [])
  return ended
}

/** Why a command cannot be rehearsed. */
async function refusal (t: Test, args: readonly string[], options?: CliOptions): Promise<string> {
  const { code, stdout, stderr } = await run(t, ['--start-timeout', '6', ...small, ...args], options)
  t.equal(code, 2)
  t.equal(stdout, '')
  return stderr
}

t.test('the sample passes, its page and its result are written', { buffered: true }, async (t) => {
  const page = join(t.testdir({}), 'page.html')

  const { code, stdout } = await run(t, ['--json', '--report', page, ...small], { written: true })

  const { verdict, version, orders, runs } = JSON.parse(stdout) as RehearsalResult
  t.equal(version, 1)
  t.ok(new Ajv().validate(JSON.parse(readFileSync(join(__dirname, '../../docs/rehearsal.schema.json'), 'utf8')) as object, JSON.parse(stdout)))
  t.match(orders, [{ order: 'together', verdict: 'PASS', stops: 1, lost: 0, exits: { 0: 1 } }])
  t.ok(runs[0]!.serverLedger)
  t.match(readFileSync(page, 'utf8'), /^<!doctype html>[\s\S]*task 1[\s\S]*<\/html>\s*$/i)
  t.equal(code, { PASS: 0, FAIL: 1, INVALID: 3 }[verdict])
})

t.test('a command that does not exist is named', { buffered: true }, async (t) => {
  t.match(await refusal(t, ['--', 'no-such-command']), /no-such-command was not found on the PATH/)
})

t.test('a command that ends at once is quoted with its last words', { buffered: true }, async (t) => {
  const said = await refusal(t, node("console.error('no database', process.env.AWS_ENDPOINT_URL_ECS); process.exit(3)"))

  t.match(said, /ended with exit code 3 before it was healthy: start it by hand/)
  t.match(said, /The last that it said:\n {2}no database http:\/\/127\.0\.0\.1:\d+\/aws\/ecs/, 'and AWS is not asked')
})

t.test('a command that plans with another stop timeout, or has a port of its own, is told what to do', { buffered: true }, async (t) => {
  const [planned, taken] = await Promise.all([
    refusal(t, node("require('fastify')().register(require('fastify-ecs-graceful'), { stopTimeout: 60_000 }).listen({ port: process.env.PORT })")),
    refusal(t, node("throw Object.assign(new Error('listen EADDRINUSE: address already in use :::3000'), { code: 'EADDRINUSE' })"))
  ])

  t.match(planned, /before it was healthy: it plans with another stop timeout than the 30 s of this run: give --stop-timeout/)
  t.match(planned, /stopTimeout must be 30000 at most, because ECS_GRACEFUL_STOP_TIMEOUT_SECONDS says/)
  t.match(taken, /something else has the port that it listens on: have it listen on process\.env\.PORT, which was \d+/)
})

t.test('a command that never listens is told on which port it should', { buffered: true }, async (t) => {
  t.match(await refusal(t, node('setInterval(() => {}, 1000)')), /did not listen on PORT \(\d+\) within 6 s.*It said nothing/)
})

t.test('a command that listens elsewhere is told where', { buffered: true }, async (t) => {
  const said = await refusal(t, node(`const s = ${serving('', '0')}; s.on('listening', () => console.log('port', s.address().port))`))

  t.match(said, `listens on ${/port (\d+)/.exec(said)![1]} and not on PORT`)
})

t.test('a command that answers 404 on its health path is told so', { buffered: true }, async (t) => {
  const said = await refusal(t, node(serving('response.writeHead(404).end()')), { written: true })

  t.match(said, /listens, but \/health answered 404 within 6 s: have it answer 200, or name another path with --health-path/)
})

t.test('a route that is not answered as expected is named before anything is stopped', { buffered: true }, async (t) => {
  const file = join(t.testdir({ 'rehearsal.json': JSON.stringify({ routes: [{ name: 'new', path: '/new', expect: { status: 201 } }] }) }), 'rehearsal.json')

  const said = await refusal(t, ['--start-timeout', '60', '--config', file, ...node(serving('response.end()'))]) // it must start, whatever else runs

  t.match(said, /not all routes are answered as expected:\n {2}.*'new'.*status 200 instead of 201.*\nSay what your users ask for: --path/)
})

t.test('a page that cannot be written is refused before the command has started', { buffered: true }, async (t) => {
  const said = await refusal(t, ['--report', '/nowhere/page.html', ...node(serving('response.end()'))])

  t.match(said, /^the report cannot be written: ENOENT/)
})

t.test('wrong arguments, an unknown command and a broken file are refused', { buffered: true }, async (t) => {
  const folder = t.testdir({ 'ecs-rehearsal.json': '{\n  "tasks": 0 }' })

  const runs = await Promise.all([cli(t, ['rehearse', '--task', '2']), cli(t, ['reherse']), cli(t, []), cli(t, ['rehearse'], { cwd: folder })])

  t.strictSame(runs.map(({ code }) => code), [2, 2, 2, 2])
  t.match(runs[0]!.stderr, /^Unknown option '--task': see fastify-ecs-graceful --help/)
  t.match(runs[1]!.stderr, /^there is no command reherse/)
  t.match(runs[2]!.stderr, /^fastify-ecs-graceful rehearse \[options\]/)
  t.match(runs[3]!.stderr, /^ecs-rehearsal.json:2: tasks must be/)
})

t.test('help and version are answers, not errors', { buffered: true }, async (t) => {
  const [help, version] = await Promise.all([cli(t, ['rehearse', '--help']), cli(t, ['--version'])])

  t.match(help, { code: 0, stdout: /--deregistration-delay S/, stderr: '' })
  t.match(version, { code: 0, stdout: /^\d+\.\d+\.\d+\n$/ })
})

t.test('a command that floods its output is rehearsed like any other, and one that ignores SIGTERM is killed: FAIL, 1', { buffered: true }, async (t) => {
  const flooding = "process.on('SIGTERM', () => {}); setInterval(() => process.stdout.write('x'.repeat(1e6)), 10);"

  const { code, stdout } = await run(t, ['--json', ...small, '--stop-timeout', '2', ...node(`${flooding} ${serving('response.end()')}`)])

  const { verdict, orders } = JSON.parse(stdout) as RehearsalResult
  t.match(orders, [{ verdict: 'FAIL', exits: { SIGKILL: 1 }, reasons: [/1 of 1 tasks had to be killed after 2 s/] }])
  t.equal(code, { PASS: 0, FAIL: 1, INVALID: 3 }[verdict])
})

t.test('a task that ends by itself is told of, and the rehearsal goes on to its end', { buffered: true }, async (t) => {
  const command = node(`setTimeout(() => process.exit(7), 2000); ${serving('response.end()')}`)

  const { stdout } = await run(t, ['--json', ...small, ...command])

  const { verdict, reasons, runs } = JSON.parse(stdout) as RehearsalResult
  t.not(verdict, 'PASS')
  t.ok(reasons.some((reason) => /^task 1 ended by itself \(7\) after \d+\.\d s, though nobody had asked it to$/.test(reason)))
  t.match(runs[0]!.tasks[0], { died: { exitCode: 7, exitSignal: null } })
})

t.test('a run in which nothing was asked while a task stopped proves nothing: INVALID, 3', { buffered: true }, async (t) => {
  const folder = t.testdir({ 'ecs-rehearsal.json': JSON.stringify({ probes: false, routes: [{ path: '/' }, { name: 'rare', path: '/rare', weight: 1e-9 }] }) })

  const { code, stderr } = await run(t, ['--json', ...small, '--deregistration-delay', '0', ...node(`process.on('SIGTERM', () => process.exit()); ${serving('response.end()')}`)], { cwd: folder })

  t.equal(code, 3)
  t.match(stderr, /no request of rare was sent while a task was stopped/)
})

t.test('a fleet on paper needs no command, may be large, and refuses what has no meaning on paper', { buffered: true }, async (t) => {
  const folder = t.testdir({ 'ecs-rehearsal.json': '{\n  "tasks": 1000,\n  "command": ["node", "server.js"],\n  "connectionsPerTask": 10\n}', 'broken.json': '{\n  "tasks": 0 }' })
  const args = ['rehearse', '--simulate']

  const [json, text, stray, broken] = await Promise.all([
    cli(t, [...args, '--json', '--rate', '100000'], { cwd: folder }), cli(t, args, { cwd: folder }),
    cli(t, [...args, '--pid1']), cli(t, [...args, '--config', 'broken.json'], { cwd: folder })
  ])

  t.equal(json.code, 0)
  t.match(JSON.parse(json.stdout), { version: 1, settings: { tasks: 1_000, rate: 100_000, connectionsPerTask: 10 }, overall: { stops: 3_000 } })
  t.match(text, { code: 0, stdout: /^1,000 tasks behind 2 nodes/, stderr: '' })
  t.match(stray, { code: 2, stderr: /^pid1 has no meaning with --simulate/ })
  t.match(broken, { code: 2, stderr: /^broken.json:2: tasks must be a whole number from 1 to 10000, but is 0/ })
})

t.test('Ctrl-C ends everything', { buffered: true }, async (t) => {
  const page = join(t.testdir({}), 'page.html')

  const { code, stderr } = await run(t, ['--report', page, ...small], { signalAt: ['STOPPING', 'SIGINT'] })

  t.equal(code, 130)
  t.match(stderr, /interrupted: nothing was left running\n$/)
  t.notOk(existsSync(page))
})

t.test('services do not outlive a rehearsal that is killed', { buffered: true }, async (t) => {
  const { code, left } = await cli(t, ['rehearse', ...small], { signalAt: ['RUNNING', 'SIGKILL'] })

  t.equal(code, null)
  t.strictSame(left, [])
})
