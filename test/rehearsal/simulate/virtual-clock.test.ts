import t from 'tap'

import { seeded } from '../../../lib/rehearsal/random'
import { VirtualClock } from '../../../lib/rehearsal/simulate/virtual-clock'

t.test('waits end in the order of their instants, whatever the order in which they began', async (t) => {
  const clock = new VirtualClock()
  const random = seeded(1)
  const durations = Array.from({ length: 5_000 }, () => random() * 1e6)
  const ended: number[] = []

  await clock.run(Promise.all(durations.map(async (duration) => {
    await clock.wait(duration)
    ended.push(clock.now)
  })))

  t.strictSame(ended, [...durations].sort((a, b) => a - b))
})

t.test('of two waits for one instant the one that began first ends first', async (t) => {
  const clock = new VirtualClock()
  const ended: string[] = []
  const wait = async (name: string, ...durations: number[]) => {
    for (const duration of durations) await clock.wait(duration)
    ended.push(name)
  }

  await clock.run(Promise.all([wait('in two', 40, 60), wait('first', 100), wait('second', 100), wait('third', 100)]))

  t.strictSame(ended, ['first', 'second', 'third', 'in two'])
})

t.test('time stands still while promises go on', async (t) => {
  const clock = new VirtualClock()

  const seen = await clock.run((async () => {
    await clock.wait(10)
    for (let turn = 0; turn < 100; turn++) await Promise.resolve()
    return clock.now
  })())

  t.equal(seen, 10)
})

t.test('a wait that is cut short rejects with the reason, at the instant at which it is cut', async (t) => {
  const clock = new VirtualClock()
  const cut = new AbortController()
  const reason = new Error('enough')

  const outcomes = await clock.run(Promise.allSettled([
    clock.wait(1_000, cut.signal),
    clock.wait(2_000),
    clock.wait(5).then(() => cut.abort(reason)),
    clock.wait(1, AbortSignal.abort(reason))
  ]))
  const cutAt = await clock.run((async () => {
    const again = new AbortController()
    const waiting = clock.wait(1_000, again.signal)
    again.abort(reason)
    await waiting.catch(() => {})
    return clock.now
  })())

  t.match(outcomes, [{ status: 'rejected', reason }, { status: 'fulfilled' }, { status: 'fulfilled' }, { status: 'rejected', reason }])
  t.equal(cutAt, 2_000)
})

t.test('work that fails ends the run with its reason', async (t) => {
  const clock = new VirtualClock()

  await t.rejects(clock.run(clock.wait(10).then(() => { throw new Error('no image') })), { message: 'no image' })
})

t.test('work that waits for anything else is reported, not awaited for ever', async (t) => {
  await t.rejects(new VirtualClock().run(new Promise(() => {})), { message: 'the work waits for something else than the virtual clock' })
})
