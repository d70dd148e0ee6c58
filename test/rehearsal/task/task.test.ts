import { once } from 'node:events'
import fs from 'node:fs'
import net from 'node:net'
import t from 'tap'

import { taskEnvironment } from '../../../lib/rehearsal/task/environment'
import { LedgerReader } from '../../../lib/rehearsal/task/ledger'
import { drawable, isFree } from '../../../lib/rehearsal/task/ports'
import { freePorts } from '../../../lib/rehearsal/task'
import { ask, gone, heard, start, starting, switchboard } from './helpers'

t.jobs = 4

const skip = process.platform === 'linux' ? false : 'there is no /proc to see it in'

t.test('a task is told its port, its host and its stop timeout, whatever its env says of the first two', { buffered: true }, async (t) => {
  const expected = {
    PATH: process.env.PATH,
    MODE: 'safe',
    PORT: '20001',
    HOST: '127.0.0.1',
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    AWS_REGION: process.env.AWS_REGION ?? 'eu-west-1',
    ECS_REHEARSAL_LEDGER_FD: '3',
    ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: '7'
  }
  const script = `console.log(JSON.stringify(process.env, ${JSON.stringify(Object.keys(expected))}))`

  const task = await start(t, script, { env: { MODE: 'safe', PORT: '1', HOST: '::' }, port: 20_001, stopTimeoutSeconds: 7 })
  await task.silent

  t.strictSame(JSON.parse(task.output), expected)
})

t.test('a region that is set is kept; a stop timeout that somebody left in the shell is not', { buffered: true }, async (t) => {
  const options = { port: 1, stopTimeoutSeconds: 30 }

  const fromParent = taskEnvironment(options, { AWS_REGION: 'us-east-1', ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: '60' })
  const fromEnv = taskEnvironment({ ...options, env: { AWS_REGION: 'eu-north-1', ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: '90' } }, fromParent)

  t.match(fromParent, { AWS_REGION: 'us-east-1', ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: '30' })
  t.match(fromEnv, { AWS_REGION: 'eu-north-1', ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: '90' })
})

t.test('how a task ends is told: an exit code or a signal, and when', { buffered: true }, async (t) => {
  const before = 41
  const failing = await start(t, 'process.exitCode = 7', { now: () => before })
  const killed = await start(t, 'setInterval(() => {}, 1_000)', { now: () => before })

  killed.signal('SIGTERM')

  t.strictSame(await failing.exit, { code: 7, signal: null, at: 41 })
  t.strictSame(await killed.exit, { code: null, signal: 'SIGTERM', at: 41 })
  killed.signal('SIGTERM') // does no harm
})

t.test('what a service wrote to its ledger is there, though it was killed right after', { buffered: true }, async (t) => {
  const task = await start(t, `
    for (const event of ['start', 'effect', 'end']) require('node:fs').writeSync(3, JSON.stringify({ id: 'a', event }) + '\\n')
    process.kill(process.pid, 'SIGKILL')`, { task: 3, now: () => 41 })

  await task.silent

  t.strictSame(task.ledger, ['start', 'effect', 'end'].map((event) => ({ task: 3, id: 'a', event, at: 41 })))
  t.equal(task.badLines, 0)
})

t.test('a service of any language keeps a ledger', { buffered: true }, async (t) => {
  const task = await start(t, ['sh', '-c', 'echo \'{"id":"a","event":"effect"}\' >&"$ECS_REHEARSAL_LEDGER_FD"'])

  await task.silent

  t.match(task.ledger, [{ id: 'a', event: 'effect' }])
})

t.test('lines of the ledger that are no records are counted, and those around them are read', { buffered: true }, async (t) => {
  const bad = ['', 'text', 'null', '{"id":1,"event":"start"}', '{"id":"a","event":"stop"}', `{"id":"${'x'.repeat(100_000)}","event":"start"}`, '{"id":"a","ev']
  const script = `require('node:fs').writeSync(3, ${JSON.stringify(bad.map((line) => `{"id":"b","event":"end"}\n${line}`).join('\n'))})`

  const task = await start(t, script)
  await task.silent

  t.equal(task.ledger.length, bad.length)
  t.equal(task.badLines, bad.length)
})

t.test('the end of a line that is too long is no line of its own', { buffered: true }, async (t) => {
  const reader = new LedgerReader(1, () => 0)

  reader.add('x'.repeat(10_000))
  reader.add('{"id":"a","event":"start"}\n{"id":"b","event":"start"}\n')

  t.match(reader.records, [{ id: 'b' }])
  t.equal(reader.records.length, 1)
  t.equal(reader.badLines, 1)
})

t.test('a ledger takes no more than half a million records', { buffered: true }, async (t) => {
  const reader = new LedgerReader(1, () => 0)
  const thousand = '{"id":"a","event":"start"}\n'.repeat(1_000)

  for (let thousands = 0; thousands < 502; thousands++) reader.add(thousand)

  t.equal(reader.records.length, 500_000)
  t.equal(reader.badLines, 2_000)
})

t.test('a service that floods its streams is not held up, and the last of it is kept', { buffered: true }, async (t) => {
  const flood = 'head -c 25000000 /dev/zero >&2; head -c 25000000 /dev/zero; printf "the end"'

  const task = await start(t, ['sh', '-c', flood])
  t.match(await task.exit, { code: 0 })
  await task.silent

  t.equal(task.output.length, 4_000)
  t.match(task.output, /\0the end$/)
})

t.test('a signal reaches the process alone', { buffered: true }, async (t) => {
  const { calling, answered } = await switchboard(t)
  const { calling: childCalling, answered: childAnswered } = await switchboard(t)
  const task = await start(t, `process.on('SIGTERM', () => call.write('SIGTERM')); ${starting(childCalling)} ${calling}`)
  const [parent, child] = [await answered(), await childAnswered()]

  task.signal('SIGTERM')

  t.equal(await heard(parent), 'SIGTERM')
  t.equal(await ask(child), 'there?')
})

t.test('a kill ends all that the task has started, also what has left its group', { buffered: true, skip }, async (t) => {
  const { calling, answered } = await switchboard(t)
  const grandchild = starting(calling, '{ detached: true }')
  const task = await start(t, `${starting(`${calling} ${grandchild}`)} ${calling}`)
  const calls = [await answered(), await answered(), await answered()]

  task.kill()

  t.match(await task.exit, { code: null, signal: 'SIGKILL' })
  await Promise.all(calls.map(gone))
  task.kill() // a second time does no harm
})

t.test('what a task has started ends with it, as in a container', { buffered: true }, async (t) => {
  const { calling, answered } = await switchboard(t)
  const task = await start(t, `${starting(calling)} ${calling}`)
  const calls = [await answered(), await answered()]

  task.signal('SIGTERM')

  t.match(await task.exit, { signal: 'SIGTERM' })
  await Promise.all(calls.map(gone))
})

t.test('a process that has escaped and holds the streams delays the last word by a second at most', { buffered: true }, async (t) => {
  const { calling, answered } = await switchboard(t)
  const task = await start(t, `${starting(calling, '{ detached: true, stdio: "inherit" }')} setInterval(() => {}, 1_000)`)
  const escaped = await answered()

  task.signal('SIGKILL')
  await task.silent

  t.equal(await ask(escaped), 'there?')
})

t.test('a task that is frozen does nothing until it is thawed, nor does what it has started', { buffered: true, skip }, async (t) => {
  const { calling, answered } = await switchboard(t)
  const frozen = await start(t, `${starting(calling)} ${starting(calling, '{ detached: true }')} ${calling}`)
  const calls = [await answered(), await answered(), await answered()]
  const { calling: freeCalling, answered: freeAnswered } = await switchboard(t)
  await start(t, freeCalling)
  const free = await freeAnswered()
  const answers: string[] = []

  frozen.freeze()
  for (const call of calls) call.on('data', (said: string) => answers.push(said)).write('frozen?')
  for (let turn = 0; turn < 50; turn++) await ask(free)

  t.strictSame(answers, [])
  const thawed = Promise.all(calls.map(heard))
  frozen.thaw()
  t.strictSame(await thawed, ['frozen?', 'frozen?', 'frozen?'])
})

t.test('whether a task listens is seen from outside', { buffered: true, skip }, async (t) => {
  const { calling, answered } = await switchboard(t)
  const task = await start(t, `${calling}
    let connections = 0
    const server = require('node:net').createServer(() => { connections++ })
    call.on('data', (told) => told == 'listen' ? server.listen(process.env.PORT, process.env.HOST, () => call.write('done')) : server.close(() => call.write('connections: ' + connections)))`
    .replace('call.on(\'data\', (asked) => call.write(asked))', 'call'))
  const call = await answered()

  t.equal(await task.listening(), false)
  await ask(call, 'listen')
  t.equal(await task.listening(), true)
  t.equal(await ask(call, 'close'), 'connections: 0')
  t.equal(await task.listening(), false)
})

t.test('where else a task listens is seen, also through what it has started', { buffered: true, skip }, async (t) => {
  const { calling, answered } = await switchboard(t)
  const elsewhere = 'require(\'node:net\').createServer().listen(0, \'127.0.0.1\', function () { call.write(String(this.address().port)) });'
  const task = await start(t, `${calling} ${starting(`${calling} ${elsewhere}`)} require('node:net').createServer().listen(process.env.PORT, '::', () => { ${elsewhere} })`)
  await start(t, 'require(\'node:net\').createServer().listen(process.env.PORT) // is none of its')
  const ports = await Promise.all([heard(await answered()), heard(await answered())])

  t.strictSame(await task.listensElsewhere(), ports.map(Number).sort((a, b) => a - b))
  t.equal(await task.listening(), true)
})

t.test('a command that cannot be started is refused in a plain sentence', { buffered: true }, async (t) => {
  const folder = t.testdir({ 'notes.txt': 'no program' })
  fs.chmodSync(`${folder}/notes.txt`, 0o644)

  await t.rejects(start(t, ['no-such-command']), { message: 'The command no-such-command was not found on the PATH.' })
  await t.rejects(start(t, ['./no-such-command']), { message: 'The command ./no-such-command was not found.' })
  await t.rejects(start(t, ['./notes.txt'], { cwd: folder }), { message: 'The command ./notes.txt may not be executed: is it a program, and may this user run it?' })
  await t.rejects(start(t, [folder]), { message: `The command ${folder} may not be executed: is it a program, and may this user run it?` })
  await t.rejects(start(t, ['node'], { cwd: `${folder}/absent` }), { message: `The directory ${folder}/absent, in which node should be started, is not there.` })
  await t.rejects(start(t, ['node', 'x'.repeat(3_000_000)]), /^The command node could not be started: .*E2BIG/)
})

t.test('a program is found as the task itself would find it: by its own PATH, from its own directory', { buffered: true }, async (t) => {
  const folder = t.testdir({ bin: { serve: '#!/bin/sh\necho "$0"' } })
  fs.chmodSync(`${folder}/bin/serve`, 0o755)

  const byPath = await start(t, ['serve'], { env: { PATH: `${folder}/bin` } })
  const byDirectory = await start(t, ['./bin/serve'], { cwd: folder })
  await Promise.all([byPath.silent, byDirectory.silent])

  t.match([byPath.output, byDirectory.output], [`${folder}/bin/serve\n`, './bin/serve\n'])
})

t.test('ports are free, handed out once, and none that a client connection could be given', { buffered: true, skip }, async (t) => {
  const [low, high] = fs.readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number) as [number, number]
  const next = await freePorts()

  const ports: number[] = []
  for (let i = 0; i < 1_000; i++) ports.push(await next())

  t.equal(new Set(ports).size, 1_000)
  t.strictSame(ports.filter((port) => port >= low && port <= high), [])
})

t.test('a port on which somebody listens is not free, on whatever address', { buffered: true }, async (t) => {
  const servers = ['127.0.0.1', '0.0.0.0'].map((host) => net.createServer().listen(0, host))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port)

  const whileTheyListen = await Promise.all(ports.map(isFree))
  await Promise.all(servers.map((server) => once(server.close(), 'close')))

  t.strictSame(whileTheyListen, [false, false])
  t.strictSame(await Promise.all(ports.map(isFree)), [true, true])
})

t.test('ports are drawn below the range of the kernel, else above it, else from where they are', { buffered: true }, async (t) => {
  t.strictSame(drawable([32_768, 60_999]), [20_000, 32_767])
  t.strictSame(drawable([15_000, 60_999]), [61_000, 65_535])
  t.strictSame(drawable([1_024, 10_999]), [20_000, 65_535])
  t.strictSame(drawable([1_024, 65_535]), [20_000, 65_535])
})
