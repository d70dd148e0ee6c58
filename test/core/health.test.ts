import t from 'tap'

import { deferred, type Deferred } from '../../lib/core/deferred'
import { Checks, type Check, type CheckStatus } from '../../lib/core/health'
import type { Phase } from '../../types/index'
import { FakeClock } from '../helpers/clock'
import { turn } from '../helpers/turn'

/** One check whose runs are answered by the test, kept for 5 s, with 2 s to answer. */
function oneCheck (options: Partial<Check> = {}) {
  const clock = new FakeClock()
  const runs: Array<Deferred<unknown>> = []
  const changes: Array<[name: string, status: CheckStatus, message?: string]> = []
  const check: Check = {
    name: 'db',
    critical: false,
    timeout: 2_000,
    run: () => {
      runs.push(deferred<unknown>())
      return runs.at(-1)!.promise
    },
    ...options
  }
  const checks = new Checks([check], 5_000, clock, (name, status, error) => {
    changes.push([name, status, (error as Error | undefined)?.message])
  })
  return {
    clock,
    runs,
    changes,
    probe: () => checks.readiness(() => 'ready'),
    /** Probes, and has the run that this begins end before the next probe. */
    async settle (answer: unknown) {
      const probe = checks.readiness(() => 'ready')
      runs.at(-1)!.resolve(answer instanceof Error ? Promise.reject(answer) : answer)
      await turn()
      return await probe
    },
    checks
  }
}

t.test('each phase has its word', async (t) => {
  const checks = new Checks([], 5_000, new FakeClock(), () => {})

  const said = await Promise.all((['starting', 'ready', 'draining', 'closing', 'closed'] as const).map((phase) => checks.readiness(() => phase)))

  t.strictSame(said.map(({ status }) => status), ['starting', 'ok', 'draining', 'draining', 'draining'])
})

t.test('only a ready task asks its checks', async (t) => {
  const { checks, runs } = oneCheck({ critical: true })

  await checks.readiness(() => 'starting')
  await checks.readiness(() => 'draining')
  await checks.readiness(() => 'closing')

  t.equal(runs.length, 0)
})

t.test('the first probe does not wait for a check that is not critical', async (t) => {
  const { probe, runs } = oneCheck()

  const readiness = await probe()

  t.strictSame(readiness, { status: 'ok', checks: { db: 'unknown' } })
  t.equal(runs.length, 1)
})

t.test('the first probe waits for a critical check', async (t) => {
  const { settle } = oneCheck({ critical: true })

  t.strictSame(await settle(new Error('no database')), { status: 'failing', checks: { db: 'failing' } })
})

t.test('a probe that waits for a critical check when draining begins is answered at once, and says so', async (t) => {
  const { checks, clock, changes } = oneCheck({ critical: true })
  let phase: Phase = 'ready'
  const probe = checks.readiness(() => phase)

  phase = 'draining'
  checks.leave()

  t.match(await probe, { status: 'draining' })
  t.strictSame(changes, [], 'the check has not failed')
  t.equal(clock.waiting, 0)
})

t.test('a check that ends when draining has begun does not make the task ready again', async (t) => {
  const { checks, runs } = oneCheck({ critical: true })
  let phase: Phase = 'ready'
  const probe = checks.readiness(() => phase)

  phase = 'draining'
  runs[0]?.resolve('pong')

  t.match(await probe, { status: 'draining' })
})

t.test('a failing check is shown and keeps the task ready, unless it is critical', async (t) => {
  const plain = oneCheck()
  const critical = oneCheck({ critical: true })

  await plain.settle(new Error('no database'))
  await critical.settle(new Error('no database'))

  t.strictSame(await plain.probe(), { status: 'ok', checks: { db: 'failing' } })
  t.strictSame(await critical.probe(), { status: 'failing', checks: { db: 'failing' } })
})

t.test('a check that throws fails like one that rejects', async (t) => {
  const { probe, changes } = oneCheck({ critical: true, run: () => { throw new Error('no driver') } })

  t.strictSame(await probe(), { status: 'failing', checks: { db: 'failing' } })
  t.strictSame(changes, [['db', 'failing', 'no driver']])
})

t.test('a check passes whatever it returns', async (t) => {
  const { probe } = oneCheck({ critical: true, run: () => false })

  t.strictSame(await probe(), { status: 'ok', checks: { db: 'ok' } })
})

t.test('a thousand probes at once run a check once', async (t) => {
  const { probe, runs } = oneCheck({ critical: true })

  const probes = Array.from({ length: 1_000 }, () => probe())
  runs[0]?.resolve('pong')
  const said = await Promise.all(probes)

  t.equal(runs.length, 1)
  t.strictSame(said.filter(({ status }) => status !== 'ok'), [])
})

t.test('a result is kept for the cache time and not a millisecond longer', async (t) => {
  const { clock, probe, settle, runs } = oneCheck()
  await settle('pong')

  await clock.advance(4_999)
  await probe()
  t.equal(runs.length, 1)
  await clock.advance(1)
  await probe()

  t.equal(runs.length, 2)
})

t.test('a probe that finds an old result gets it, and does not wait for the new one', async (t) => {
  const { clock, probe, settle, runs } = oneCheck({ critical: true })
  await settle('pong')
  await clock.advance(5_000)

  t.strictSame(await probe(), { status: 'ok', checks: { db: 'ok' } })
  runs[1]?.resolve(Promise.reject(new Error('no database')))
  await turn()

  t.strictSame(await probe(), { status: 'failing', checks: { db: 'failing' } })
})

t.test('a check without an answer fails at its timeout', async (t) => {
  const { clock, probe, changes } = oneCheck({ critical: true })

  const first = probe()
  await clock.advance(1_999)
  t.strictSame(changes, [])
  await clock.advance(1)

  t.strictSame(await first, { status: 'failing', checks: { db: 'failing' } })
  t.strictSame(changes, [['db', 'failing', 'no answer within 2000 ms']])
})

t.test('a check that hangs is not run again until it settles', async (t) => {
  const { clock, probe, runs } = oneCheck()
  await probe()
  await clock.advance(60_000)

  await probe()
  t.equal(runs.length, 1)
  runs[0]?.resolve('pong at last')
  await turn()

  t.match(await probe(), { checks: { db: 'ok' } })
})

t.test('only a change to failing, and the change back, is told', async (t) => {
  const { clock, settle, changes } = oneCheck()

  for (const answer of ['pong', 'pong', new Error('gone'), new Error('still gone'), 'pong']) {
    await settle(answer)
    await clock.advance(5_000)
  }

  t.strictSame(changes, [['db', 'failing', 'gone'], ['db', 'ok', undefined]])
})

t.test('each check has its own result', async (t) => {
  const run = (name: string, critical: boolean, answer: () => unknown): Check => ({ name, critical, timeout: 2_000, run: answer })
  const pg = run('pg', true, () => 1)
  const redis = run('redis', false, () => Promise.reject(new Error('gone')))
  const checks = new Checks([pg, redis], 5_000, new FakeClock(), () => {})

  await checks.readiness(() => 'ready')
  await turn()

  t.strictSame(await checks.readiness(() => 'ready'), { status: 'ok', checks: { pg: 'ok', redis: 'failing' } })
})

t.test('no timer outlives the check that it was for', async (t) => {
  const { clock, probe, runs } = oneCheck()

  await probe()
  t.equal(clock.waiting, 1)
  runs[0]?.resolve('pong')
  await turn()

  t.equal(clock.waiting, 0)
})
