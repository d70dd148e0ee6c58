import { rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

import { Agent, freePorts } from '../../lib/rehearsal/task/index'
import { brisk, Child, startService } from '../helpers/child'
import { get } from '../helpers/http'

t.jobs = 4

t.test('services in one process drain side by side, each by its own plan, and the process exits after the last with the worst code', { buffered: true }, async (t) => {
  const hasty = { ...brisk, stopTimeout: 4_000, closeTimeout: 500, safetyMargin: 1_000, gracePeriod: 500 }
  const child = new Child(t, { fixture: 'two.js', env: { OPTIONS: JSON.stringify({ shop: hasty, admin: brisk }) } })
  const { shop } = (await child.line((line) => 'ready' in line)).ports as { shop: string }
  const cut = t.rejects(get(Number(shop), '/never'))
  await child.line((line) => line.msg === 'incoming request')

  child.send('SIGTERM')

  await cut
  t.strictSame(await child.exit, { code: 1, signal: null })
  const reports = child.lines.filter((line) => line.event === 'ecs-graceful-report')
  t.match(reports, [{ name: 'admin', outcome: 'drained' }, { name: 'shop', outcome: 'cut' }])
})

t.test('under fastify-cli, which closes in the same signal, the drain is whole', { buffered: true }, async (t) => {
  const cli = require.resolve('fastify-cli/cli.js')
  const plugin = join(__dirname, '../../.build/test/fixtures/cli-plugin.js')
  const child = new Child(t, { command: [cli, 'start', '--port', '0', '--close-grace-delay', '9000', '--log-level', 'info', plugin] })
  const slow = get(await child.ready(), '/slow/1000')
  await child.line((line) => line.msg === 'incoming request')

  child.send('SIGTERM')
  await child.phase('draining')

  t.match(await slow, { status: 200 })
  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { trigger: 'SIGTERM', left: 'quiet', outcome: 'drained' })
})

t.test('under a fastify-cli that ends the process before any drain is over, a task of ECS refuses to listen', { buffered: true }, async (t) => {
  const agent = await Agent.start({ now: () => performance.now() })
  t.teardown(() => agent.close())
  const { env } = agent.add({ task: 1, port: 8_080, revision: 1 })
  const plugin = join(__dirname, '../../.build/test/fixtures/cli-plugin.js')
  const port = await (await freePorts())()
  const command = [require.resolve('fastify-cli/cli.js'), 'start', '--port', String(port), '--log-level', 'info', plugin]
  const child = new Child(t, { command, env })

  t.not((await child.exit).code, 0)
  t.match(child.lines.map((line) => JSON.stringify(line)).join('\n'), /fastify-cli: fastify-cli's close grace delay \(0\.5 s\) must be at least/)
})

t.test('on a port of the kernel\'s choice nothing is refused: that is a test, on a runner that is a task', { buffered: true }, async (t) => {
  const agent = await Agent.start({ now: () => performance.now() })
  t.teardown(() => agent.close())
  const { env } = agent.add({ task: 1, port: 8_080, revision: 1 })
  const service = join(__dirname, '../../.build/test/fixtures/service.js')

  const child = new Child(t, { command: [service, 'fastify', 'start'], env }) // as fastify-cli's command line

  t.ok(await child.ready())
})

t.test('with drainDelay: 0 a save under node --watch restarts at once', { buffered: true }, async (t) => {
  const watched = join(__dirname, '../../.build/test/fixtures/watched.js')
  writeFileSync(watched, "require('./service.js').start()\n")
  t.teardown(() => rmSync(watched))
  const child = new Child(t, { command: ['--watch', watched], untouched: true, options: { ...brisk, drainDelay: 0, quietPeriod: 0 } })
  const first = await child.ready()
  t.match(await get(first, '/fast'), { status: 200 })

  // Node begins to watch a file some time after it has run it: a save too early is seen by nobody.
  const saving = setInterval(() => utimesSync(watched, new Date(), new Date()), 300)
  await child.phase('draining')
  clearInterval(saving)
  await child.line((line) => 'ready' in line && Number(line.ready) !== first)

  t.match(await child.report(), { trigger: 'SIGTERM', left: 'quiet', outcome: 'drained' })
  child.send('SIGTERM') // it takes its own child along, as SIGKILL would not
  await child.exit
})

t.test('a log that fails does not keep the task', { buffered: true }, async (t) => {
  const { child } = await startService(t, { with: ['log-fails'] })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
})
