import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'

import { Child, startService } from '../helpers/child'
import { get } from '../helpers/http'

t.jobs = 3

const root = path.join(__dirname, '../..')
const cli = require.resolve('fastify-cli/cli.js')

t.test('fastify generate: the plugin is a file in plugins/, and the start script is given the time of a stop', { buffered: true }, async (t) => {
  const folder = path.join(t.testdir({}), 'shop')
  await promisify(execFile)('env', ['-u', 'NODE_OPTIONS', 'npm_config_offline=true', process.execPath, cli, 'generate', folder])
  mkdirSync(path.join(folder, 'node_modules'))
  symlinkSync(root, path.join(folder, 'node_modules/fastify-ecs-graceful'), 'dir')
  const { plugin, script } = shown()
  writeFileSync(path.join(folder, 'plugins/00-ecs-graceful.js'), plugin.replace('60_000', '10_000, drainDelay: 800, quietPeriod: 300'))
  writeFileSync(path.join(folder, 'routes/slow.js'), `
    module.exports = async (app) => {
      app.get('/slow', async () => { await new Promise((resolve) => setTimeout(resolve, 1_000)); return app.someSupport() })
      app.addHook('onListen', async () => { console.log(JSON.stringify({ ready: app.server.address().port })) })
    }`)
  const { scripts } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { scripts: { start: string } }
  const [, ...args] = script.replace('app.js', path.join(folder, 'app.js')).split(' ')
  const child = new Child(t, { command: [cli, ...args, '--port', '0'] })
  const slow = get(await child.ready(), '/slow')
  await child.line((line) => line.msg === 'incoming request')

  child.send('SIGTERM')

  t.match(await slow, { status: 200, body: 'hugs', headers: { connection: 'close' } })
  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { trigger: 'SIGTERM', outcome: 'drained' })
  t.equal(script, scripts.start.replace('start', 'start -g 60000'), 'the script is the one that is generated, but for its grace delay')
})

for (const way of ['worker', 'workers', 'slow', 'buffer']) {
  t.test(`pino, ${way}: the report is the last line of the log, and is there when the process has gone`, { buffered: true }, async (t) => {
    const LOG_FILE = path.join(t.testdir({}), 'log')
    const { child } = await startService(t, { fixture: 'logging.js', with: [way], env: { LOG_FILE }, untouched: true })

    child.send('SIGTERM')

    t.strictSame(await child.exit, { code: 0, signal: null })
    const lines = readFileSync(LOG_FILE, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as object)
    t.match(lines.slice(-4), [{ phase: 'draining' }, { phase: 'closing' }, { phase: 'closed' }, { event: 'ecs-graceful-report', outcome: 'drained' }])
  })
}

t.test('node:cluster: workers drain side by side, and the primary exits after the last', { buffered: true }, async (t) => {
  const child = new Child(t, { fixture: 'cluster.js' })
  const said = (fits: (line: Record<string, unknown>) => boolean) => child.line(() => child.lines.filter(fits).length === 2)
  await said((line) => 'ready' in line)
  const port = await child.ready()
  const inFlight = [get(port, '/slow/1000'), get(port, '/slow/1000')]
  await said((line) => line.msg === 'incoming request')

  child.send('SIGTERM')
  await said((line) => line.phase === 'draining')
  const late = [get(port, '/fast'), get(port, '/fast')]

  for (const answer of await Promise.all([...inFlight, ...late])) t.match(answer, { status: 200, headers: { connection: 'close' } })
  t.strictSame(await child.exit, { code: 0, signal: null })
  const reports = child.lines.filter((line) => line.event === 'ecs-graceful-report')
  t.match(reports, [{ outcome: 'drained', served: 2 }, { outcome: 'drained', served: 2 }])
})

t.test('NestJS: its own hooks are run after the last answer, and are in the report', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { fixture: 'nest.js' })
  const slow = get(port, '/slow')
  await child.line((line) => line.msg === 'incoming request')

  child.send('SIGTERM')
  await child.phase('draining')
  const late = get(port, '/fast')

  t.match(await slow, { status: 200, headers: { connection: 'close' } })
  t.match(await late, { status: 200, headers: { connection: 'close' } })
  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { trigger: 'SIGTERM', outcome: 'drained', clients: [{ name: 'nest', outcome: 'closed' }] })
  const story = child.lines.flatMap((line) => line.answered ? ['answered'] : line.hook ?? [])
  t.strictSame(story, ['answered', 'onModuleDestroy', 'onApplicationShutdown'])
})

t.test('NestJS: close() by hand is what it was, and runs its hooks once', { buffered: true }, async (t) => {
  const { child } = await startService(t, { fixture: 'nest.js', with: ['closed-by-hand'] })

  await child.line((line) => line.closed === true)

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { trigger: 'close', outcome: 'drained' })
  t.strictSame(child.lines.flatMap((line) => line.hook ?? []), ['onModuleDestroy', 'onApplicationShutdown'])
})

t.test('the recipes in the guide are the ones that are run', async (t) => {
  const guide = readFileSync(path.join(root, 'docs/ecosystem.md'), 'utf8')

  t.strictSame(['cluster', 'nest'].filter((name) => !guide.includes(readFileSync(path.join(root, `examples/recipes/${name}.ts`), 'utf8'))), [])
})

/** What the guide says to do in an app of `fastify generate`. */
function shown (): { plugin: string, script: string } {
  const guide = readFileSync(path.join(root, 'docs/ecosystem.md'), 'utf8')
  const [, plugin] = /^```js\n(\/\/ plugins\/00-ecs-graceful\.js\n.*?)^```$/ms.exec(guide) ?? []
  const [, script] = /"start": "([^"]+)"/.exec(guide) ?? []
  return { plugin: plugin!, script: script! }
}
