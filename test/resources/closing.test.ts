import t from 'tap'

import { deferred } from '../../lib/core/deferred'
import { ClientClosing, customResource, ForcedError, type Resource } from '../../lib/resources/index'
import type { ClientReport } from '../../types/index'
import { FakeClock } from '../helpers/clock'
import { FakeResource, type FakeResourceOptions } from '../helpers/resource'
import { turn } from '../helpers/turn'

/** Clients that are to be closed within 5 s: broken at 3 s, closed by us at 4 s. */
function clients (given: Record<string, FakeResourceOptions>, others: Resource[] = []) {
  const clock = new FakeClock()
  const since = clock.now()
  const fakes = Object.fromEntries(Object.entries(given).map(([name, options]) => [name, new FakeResource(name, clock, options)]))
  const ended: ClientReport[] = []
  const failures: Array<[name: string, error: unknown]> = []
  const closing = new ClientClosing([...Object.values(fakes), ...others], {
    clock,
    ended: (report) => ended.push(report),
    failed: (...failure) => failures.push(failure)
  })
  return {
    clock,
    fakes: fakes as Record<string, FakeResource>,
    ended,
    failures,
    closing,
    watch: (enough?: AbortSignal) => closing.watch(since + 5_000, enough),
    until: (age: number) => clock.advance(since + age - clock.now())
  }
}

t.test('without clients there is nothing to wait for', async (t) => {
  const { closing, watch, clock } = clients({})

  await watch()
  await closing.closeLeftovers()

  t.strictSame(closing.reports, [])
  t.equal(clock.waiting, 0)
})

t.test('a client that its owner closes in time is closed, and not touched', async (t) => {
  const { closing, watch, until, ended, fakes, clock } = clients({ pg: { takes: 400 } })

  const watching = watch()
  void fakes.pg!.closeByOwner()
  await until(60_000)
  await watching

  t.strictSame(closing.reports, [{ name: 'pg', outcome: 'closed', duration: 400 }])
  t.strictSame(ended, closing.reports)
  t.strictSame(fakes.pg!.calls, [[0, 'owner']])
  t.equal(clock.waiting, 0)
})

t.test('the watch ends with the last client, not at the deadline', async (t) => {
  const { watch, until, fakes, clock } = clients({ pg: { takes: 400 } })

  const watching = watch().then(() => clock.now())
  void fakes.pg!.closeByOwner()
  await until(60_000)

  t.equal(await watching, 1_400)
})

t.test('a client that hangs while its owner closes it is broken at 60 %', async (t) => {
  const { closing, watch, until, fakes } = clients({ pg: { takes: Infinity } })

  const watching = watch()
  void fakes.pg!.closeByOwner()
  await until(2_999)
  t.strictSame(closing.reports, [])
  await until(3_020)
  await watching

  t.strictSame(fakes.pg!.calls, [[0, 'owner'], [3_000, 'break']])
  t.strictSame(closing.reports, [{ name: 'pg', outcome: 'forced', duration: 3_020 }])
  t.ok(closing.intervened)
})

t.test('a client that hangs even when it is broken is timed out at the deadline', async (t) => {
  const { closing, watch, until, fakes } = clients({ pg: { takes: Infinity, breakable: false } })

  const watching = watch()
  void fakes.pg!.closeByOwner()
  await until(5_000)
  await watching

  t.strictSame(fakes.pg!.calls, [[0, 'owner'], [3_000, 'break']])
  t.strictSame(closing.reports, [{ name: 'pg', outcome: 'timed-out', duration: 5_000 }])
})

t.test('who begins late has half of what is left', async (t) => {
  const { closing, watch, until, fakes } = clients({ pg: { takes: 600 }, redis: { takes: Infinity } })

  const watching = watch()
  await until(3_100)
  void fakes.pg!.closeByOwner()
  void fakes.redis!.closeByOwner()
  await until(60_000)
  await watching

  t.strictSame(fakes.pg!.calls, [[3_100, 'owner']])
  t.strictSame(fakes.redis!.calls, [[3_100, 'owner'], [4_060, 'break']])
  t.match(closing.reports, [{ name: 'pg', outcome: 'closed' }, { name: 'redis', outcome: 'forced' }])
})

t.test('without any time for it every client is timed out at once', async (t) => {
  const clock = new FakeClock()
  const pg = new FakeResource('pg', clock)
  const closing = new ClientClosing([pg], { clock, ended: () => {}, failed: () => {} })

  await closing.watch(clock.now())

  t.strictSame(closing.reports, [{ name: 'pg', outcome: 'timed-out', duration: 0 }])
  t.equal(clock.waiting, 0)
})

t.test('whoever waits for a broken client is told that it was us', async (t) => {
  const { watch, until, fakes } = clients({ pg: { takes: Infinity } })

  const watching = watch()
  void fakes.pg!.closeByOwner()
  await until(3_020)
  await watching

  t.ok(fakes.pg!.brokenBy instanceof ForcedError)
  t.match(fakes.pg!.brokenBy, { name: 'ForcedError', message: 'pg did not close in time and was cut off' })
})

t.test('a client that nobody begins to close is closed by us at 80 %', async (t) => {
  const { closing, watch, until, fakes } = clients({ pg: { takes: 10 } })

  const watching = watch()
  await until(3_999)
  t.strictSame(fakes.pg!.calls, [])
  await until(60_000)
  await watching

  t.strictSame(fakes.pg!.calls, [[4_000, 'close']])
  t.strictSame(closing.reports, [{ name: 'pg', outcome: 'closed', duration: 4_020 }])
})

t.test('a leftover is closed at once', async (t) => {
  const { closing, watch, until, fakes, clock } = clients({ pg: { takes: 50 } })

  const watching = watch()
  await until(100)
  const done = closing.closeLeftovers().then(() => clock.now())
  t.strictSame(fakes.pg!.calls, [[100, 'close']])
  await until(60_000)
  await watching

  t.equal(await done, 1_160)
  t.strictSame(closing.reports, [{ name: 'pg', outcome: 'closed', duration: 160 }])
})

t.test('a leftover is closed once, however often it is asked for', async (t) => {
  const { closing, watch, until, fakes } = clients({ pg: { takes: 50 } })

  const watching = watch()
  await Promise.all([closing.closeLeftovers(), closing.closeLeftovers(), until(60_000)])
  await closing.closeLeftovers()
  await watching

  t.strictSame(fakes.pg!.calls, [[0, 'close']])
})

t.test('a leftover that its owner has begun to close is left to the owner, and waited for', async (t) => {
  const { closing, watch, until, fakes, clock } = clients({ pg: { takes: 500 } })

  const watching = watch()
  void fakes.pg!.closeByOwner()
  const done = closing.closeLeftovers().then(() => clock.now())
  await until(60_000)
  await watching

  t.equal(await done, 1_500)
  t.strictSame(fakes.pg!.calls, [[0, 'owner']])
})

t.test('only the leftovers that are asked for are closed', async (t) => {
  const { closing, watch, until, fakes } = clients({ pg: {}, redis: {} })

  const watching = watch()
  const done = closing.closeLeftovers(({ name }) => name === 'redis')
  await until(20)
  await done
  t.strictSame(fakes.pg!.calls, [])
  await until(60_000)
  await watching

  t.strictSame(fakes.pg!.calls, [[4_000, 'close']])
  t.strictSame(fakes.redis!.calls, [[0, 'close']])
})

t.test('a leftover that hangs is broken at 60 % and does not keep us', async (t) => {
  const { closing, watch, until, fakes, failures } = clients({ pg: { takes: Infinity } })

  const watching = watch()
  const done = closing.closeLeftovers()
  await until(3_020)
  await Promise.all([watching, done])

  t.strictSame(fakes.pg!.calls, [[0, 'close'], [3_000, 'break']])
  t.strictSame(closing.reports, [{ name: 'pg', outcome: 'forced', duration: 3_020 }])
  t.strictSame(failures, [])
})

t.test('a client whose close rejects has failed, is told with its error, and keeps nobody', async (t) => {
  const rejects = new Error('the server has gone')
  const { closing, watch, until, failures, fakes } = clients({ pg: { takes: 30, rejects }, redis: { takes: 30 } })

  const watching = watch()
  const done = closing.closeLeftovers()
  await until(60)
  await Promise.all([watching, done])

  t.strictSame(closing.reports, [{ name: 'pg', outcome: 'failed', duration: 40 }, { name: 'redis', outcome: 'closed', duration: 40 }])
  t.strictSame(failures, [['pg', rejects]])
  t.strictSame(fakes.pg!.calls, [[0, 'close']])
})

t.test('a close that rejects because we have broken the client is no failure', async (t) => {
  const { closing, watch, until, failures } = clients({ pg: { takes: Infinity, rejects: new Error('Connection terminated') } })

  const watching = watch()
  void closing.closeLeftovers()
  await until(60_000)
  await watching
  await turn()

  t.strictSame(failures, [])
  t.match(closing.reports, [{ outcome: 'forced' }])
})

t.test('what cannot be broken is timed out at the deadline', async (t) => {
  const { closing, watch, until } = clients({}, [customResource('queue', () => new Promise(() => {}))])

  const watching = watch()
  const done = closing.closeLeftovers()
  await until(4_999)
  t.strictSame(closing.reports, [])
  await until(5_000)
  await Promise.all([watching, done])

  t.strictSame(closing.reports, [{ name: 'queue', outcome: 'timed-out', duration: 5_000 }])
})

t.test('something of the application\'s own is closed by its own function, once', async (t) => {
  const emptied = deferred()
  let times = 0
  const { closing, watch, until } = clients({}, [customResource('queue', () => {
    times++
    return emptied.promise
  })])

  const watching = watch()
  const done = closing.closeLeftovers()
  await until(4_500)
  emptied.resolve()
  await until(4_520)
  await Promise.all([watching, done])

  t.equal(times, 1)
  t.strictSame(closing.reports, [{ name: 'queue', outcome: 'closed', duration: 4_520 }])
})

t.test('something of the application\'s own that throws has failed', async (t) => {
  const error = new Error('no queue')
  const { closing, watch, until, failures } = clients({}, [customResource('queue', () => { throw error })])

  const watching = watch()
  const done = closing.closeLeftovers()
  await until(20)
  await Promise.all([watching, done])

  t.match(closing.reports, [{ name: 'queue', outcome: 'failed' }])
  t.strictSame(failures, [['queue', error]])
})

t.test('one client that hangs takes none of the others down', async (t) => {
  const { closing, watch, until } = clients({ pg: { takes: Infinity }, redis: { takes: 10 } })

  const watching = watch()
  const done = closing.closeLeftovers()
  await until(60_000)
  await Promise.all([watching, done])

  t.match(closing.reports, [{ name: 'pg', outcome: 'forced' }, { name: 'redis', outcome: 'closed', duration: 20 }])
})

t.test('each end is told once, when it comes; the reports keep the order in which the clients were found', async (t) => {
  const { closing, watch, until, ended } = clients({ slow: { takes: 900 }, stuck: { takes: Infinity }, fast: { takes: 10 } })

  const watching = watch()
  const done = closing.closeLeftovers()
  await until(60_000)
  await Promise.all([watching, done])

  t.strictSame(ended.map(({ name }) => name), ['fast', 'slow', 'stuck'])
  t.strictSame(closing.reports.map(({ name }) => name), ['slow', 'stuck', 'fast'])
})

t.test('a client that was closed before is reported as closed', async (t) => {
  const { closing, watch, until, fakes } = clients({ pg: {} })
  void fakes.pg!.closeByOwner()
  await until(0)

  await watch()
  await closing.closeLeftovers()

  t.strictSame(closing.reports, [{ name: 'pg', outcome: 'closed', duration: 0 }])
  t.strictSame(fakes.pg!.calls, [[0, 'owner']])
})

t.test('enough is enough: the watch ends with what has ended so far', async (t) => {
  const { closing, watch, until, clock } = clients({ pg: { takes: Infinity }, redis: { takes: 10 } })
  const enough = new AbortController()

  const watching = watch(enough.signal)
  void closing.closeLeftovers()
  await until(100)
  enough.abort()
  await watching

  t.strictSame(closing.reports, [{ name: 'redis', outcome: 'closed', duration: 20 }])
  await until(60_000)
  t.equal(clock.waiting, 1) // the client's own, which hangs
})
