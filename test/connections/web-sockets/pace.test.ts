import { Duplex } from 'node:stream'
import t from 'tap'

import { Farewell, type FarewellOptions } from '../../../lib/connections/web-sockets/index'
import { seeded } from '../../../lib/rehearsal/random'
import { FakeClock } from '../../helpers/clock'

const websocket = Symbol('websocket')

/** A crowd on a clock turned by hand; `at` has the instants at which they were told, from the beginning. */
function crowd (count: number, options: Partial<FarewellOptions> = {}) {
  const clock = new FakeClock()
  const since = clock.now()
  const at: number[] = []
  const socket = (): Duplex => {
    const ws = { readyState: 1, send () {}, close () { at.push(clock.now() - since) } }
    return Object.assign(new Duplex({ read () {}, write () {} }), { [websocket]: ws })
  }
  const farewell = new Farewell({ clock, code: 1012, onError () {}, answer: () => 'switched', random: seeded(1, 'pace'), ...options })
  const sockets = Array.from({ length: count }, socket)
  return { clock, at, farewell, sockets, socket }
}

/** The most within any second. */
function peak (at: readonly number[]): number {
  return Math.max(...at.map((instant) => at.filter((other) => other >= instant && other < instant + 1_000).length))
}

for (const count of [1, 2, 7, 100, 10_000]) {
  t.test(`${count} are told within the window, evenly and not in step`, async (t) => {
    const { clock, at, farewell, sockets } = crowd(count)

    farewell.begin(sockets, 5_000, 20_000)
    await clock.advance(5_000)
    farewell.end()
    await clock.advance(1_000)

    t.equal(at.length, count)
    const most = Math.ceil(count / 5) * 2
    t.ok(peak(at) <= most, `${peak(at)} of ${count} within a second, ${most} allowed`)
    t.strictSame(farewell.report, { told: count, peakPerSecond: peak(at) })
    if (count > 2 && count < 1_000) t.ok(new Set(at.map((instant, index) => Math.round(instant - (at[index - 1] ?? 0)))).size > count / 3)
    t.equal(clock.waiting, 0)
  })
}

t.test('a limit holds in every second, and takes as long as it takes', async (t) => {
  const { clock, at, farewell, sockets } = crowd(30, { perSecond: 3 })

  farewell.begin(sockets, 2_000, 60_000)
  await clock.advance(12_000)
  farewell.end()

  t.equal(at.length, 30)
  t.equal(peak(at), 3)
  t.ok(at.at(-1)! > 8_000)
})

t.test('the limit gives way where somebody would be cut untold', async (t) => {
  const { clock, at, farewell, sockets } = crowd(100, { perSecond: 1 })

  farewell.begin(sockets, 1_000, clock.now() + 5_000)
  await clock.advance(5_100)
  farewell.end()

  t.equal(at.length, 100)
})

t.test('with too little time the limit gives way from the beginning, evenly, and not at the end for all who are left', async (t) => {
  const { clock, at, farewell, sockets } = crowd(100, { perSecond: 10 })

  farewell.begin(sockets, 1_000, clock.now() + 5_000)
  await clock.advance(5_000)
  farewell.end()
  await clock.advance(1_000)

  t.equal(at.length, 100)
  t.ok(peak(at) <= 22, `${peak(at)} within a second, where 20 would do`)
})

t.test('who comes later is told too; who has gone is not counted', async (t) => {
  const { clock, at, farewell, sockets, socket } = crowd(2)

  farewell.begin(sockets, 1_000, 60_000)
  sockets[1]!.destroy()
  await clock.advance(1_000)
  farewell.add(socket())
  t.equal(farewell.untold, 1)
  await clock.advance(1_100)
  farewell.end()

  t.equal(at.length, 2)
  t.strictSame(farewell.report, { told: 2, peakPerSecond: peak(at) })
})

t.test('who comes back at once is told once in a window, until there is no time for windows', async (t) => {
  const come: Array<() => void> = []
  const { clock, at, farewell, sockets, socket } = crowd(20, { goodbye: () => { come.shift()?.() } })
  come.push(...Array.from({ length: 1_000 }, () => () => farewell.add(socket())))

  farewell.begin(sockets, 1_000, 60_000)
  await clock.advance(5_000)
  const bounced = at.length
  farewell.hasten()
  come.length = 0
  await clock.advance(100)
  farewell.end()

  t.ok(bounced >= 100 && bounced <= 200, `${bounced} goodbyes`)
  t.equal(farewell.untold, 0)
  t.equal(at.length, bounced + 20)
})

t.test('what is left of a window is left out in a hurry', async (t) => {
  const { clock, at, farewell, sockets } = crowd(1_000)

  farewell.begin(sockets, 60_000, 100_000)
  await clock.advance(100)
  t.ok(at.length < 10)
  farewell.hasten()
  await clock.advance(100)
  farewell.end()

  t.equal(at.length, 1_000)
})

t.test('nobody is told before the beginning, nor after the end', async (t) => {
  const { clock, at, farewell, socket } = crowd(0)

  farewell.add(socket())
  t.equal(farewell.untold, 0)
  farewell.begin([], 1_000, 60_000)
  farewell.end()
  farewell.add(socket())
  await clock.advance(2_000)

  t.strictSame(at, [])
  t.equal(clock.waiting, 0)
})
