import t from 'tap'

import { startDatabases } from '../../examples/checkout/databases'
import { brisk, Child, startService } from '../helpers/child'
import { get, probe, Wire } from '../helpers/http'
import { Proxy } from '../helpers/proxy'

t.jobs = 4

// The promises of the README, word for word. (The fifth is in test/cost.test.ts.)

t.test('From the stop signal on, `/health` answers 503 and every other route answers as before, until the load balancer has looked away or the time for it is up.', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: { ...brisk, maxDrainDelay: 5_000, gracePeriod: 500, closeTimeout: 500 } })
  await probe(port)

  child.send('SIGTERM')
  await child.phase('draining')
  const answers = [await probe(port), await get(port, '/fast'), await get(port, '/slow/500'), await get(port, '/health/live'), await probe(port)]

  t.strictSame(answers.map(({ status }) => status), [503, 200, 200, 200, 503])
  t.match(await child.report(), { left: 'told', served: 2, cut: { requests: [] } })
})

t.test('No connection is closed while a request could still arrive on it, and none keeps the task alive after its last answer, before the force point.', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)
  const idle = await Wire.open(t, port)
  const busy = await Wire.open(t, port)
  idle.write('GET /fast HTTP/1.1\r\nHost: x\r\n\r\n')
  await idle.until('{"ok":true}')
  busy.write('GET /slow/1500 HTTP/1.1\r\nHost: x\r\n\r\n')

  child.send('SIGTERM')
  await child.phase('draining')
  t.notOk(idle.socket.destroyed)
  idle.write('GET /stream/1200 HTTP/1.1\r\nHost: x\r\n\r\n')
  await Promise.all([idle.until('last'), busy.until('{"ok":true}')])

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { outcome: 'drained', served: 2, cut: { requests: [] } })
})

t.test('As long as the event loop turns, a task exits by itself before SIGKILL, with pg and Redis closed or named, and says in one report line how it went.', { buffered: true }, async (t) => {
  const databases = await startDatabases()
  t.teardown(() => databases.stop())
  const redis = await Proxy.before(t, databases.redisUrl)
  const { child, port } = await startService(t, {
    fixture: 'clients.js',
    with: ['redis', 'pg', 'hook-hangs'],
    options: { ...brisk, stopTimeout: 6_000, closeTimeout: 1_000, safetyMargin: 1_000, gracePeriod: 500 },
    env: { PG_URL: databases.databaseUrl, REDIS_URL: redis.through(databases.redisUrl) }
  })
  void get(port, '/never').catch(() => {})
  await get(port, '/pg/checkout')
  await get(port, '/redis')
  redis.mute()

  child.send('SIGTERM')
  const kill = setTimeout(() => child.send('SIGKILL'), 6_000) // as ECS does
  const exit = await child.exit
  clearTimeout(kill)

  t.strictSame(exit, { code: 1, signal: null })
  const reports = child.lines.filter((line) => line.event === 'ecs-graceful-report')
  t.match(reports, [{
    outcome: 'timed-out',
    cut: { requests: [{ method: 'GET', route: '/never' }] },
    clients: [{ name: 'redis' }, { name: 'pg' }],
    errors: [{ code: 'FST_ECS_HOOK_TIMED_OUT' }]
  }])
  t.equal(reports.length, 1)
})

t.test('Timings that cannot fit the task\'s stop timeout are refused at start, with the sum written out.', { buffered: true }, async (t) => {
  const child = new Child(t, { options: { stopTimeout: 30_000, gracePeriod: 25_000 } })

  const { code } = await child.exit

  t.equal(code, 1)
  const said = JSON.stringify(child.lines)
  t.match(said, 'FST_ECS_BUDGET_EXCEEDED')
  t.match(said, 'drainDelay 5000 + gracePeriod 25000 + closeTimeout 5000 + safetyMargin 3000 = 38000 ms')
  t.notOk(child.lines.some((line) => 'ready' in line))
})
