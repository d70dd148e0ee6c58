import t from 'tap'

import { seeded } from '../../../lib/rehearsal/random'
import { printedSimulation, simulate } from '../../../lib/rehearsal/simulate/index'
import { routing } from '../../../lib/rehearsal/simulate/routing'
import { bounds, defaults } from '../../../lib/rehearsal/simulate/settings'
import type { SimulationOptions } from '../../../types/simulation'

/**
 * With a stop timeout of 30 s the shortest lame duck lasts 5 s. Checks come every 5 s, so that a checker is silent 7.5 s
 * after its last one. One stop takes 10 s of deregistration delay, those 5 s, and 1 s for the longest request.
 */
const byHand: SimulationOptions = { order: 'deregister-first', lag: 'ideal', tasks: 2, nodes: 1, rate: 100, startTime: [30, 30] }

t.test('a fleet of two that is deregistered first comes out as by hand', async (t) => {
  const { orders, plan } = await simulate(byHand)

  t.strictSame(plan, { drainDelay: 5_000, maxDrainDelay: 14_500, forcePoint: 22_000 })
  t.match(orders, [{
    order: 'deregister-first',
    deployments: 1,
    deploySeconds: 30 + 10 + 5 + 1,
    stops: 2,
    secondsToExit: { median: 6, max: 6 },
    drainingTaskSeconds: 2 * 16,
    drainingShare: 32 / (4 * 46),
    peakTasks: 4,
    peakStopping: 2,
    reconnectsPerSecond: { peak: 100, mean: 100 / 46 },
    lost: 0,
    withoutTarget: 0
  }])
})

t.test('tasks that are killed lose their share until the nodes look away', async (t) => {
  for (const nodes of [1, 2]) {
    const { overall } = await simulate({ ...byHand, nodes, order: 'kill', lag: [3, 3] })

    t.match(overall, { deploySeconds: 30, stops: 2, secondsToExit: null, drainingTaskSeconds: 0, reconnectsPerSecond: { peak: 100 } })
    t.ok(Math.abs(overall.lost - 2 * 3 * 100 / 4) < 1e-6, `${overall.lost}: 3 s of a quarter of 100 requests a second, twice`)
  }
})

t.test('connections are opened again when their node looks away, each in its own time', async (t) => {
  const { overall } = await simulate({ ...byHand, nodes: 2, lag: [0, 10] })

  t.ok(overall.reconnectsPerSecond.peak < 100)
  t.equal(overall.deploySeconds, 46)
})

t.test('where requests are rare a task that was told need not wait until none comes any more', async (t) => {
  const options: SimulationOptions = { ...byHand, order: 'health-only', deployments: 20 }
  const often = await simulate({ ...options, rate: 10 })
  const rare = await simulate({ ...options, tasks: 20, rate: 1 })

  // Told, and left by the node, 5 to 10 s after the signal; then quiet for 3 s, where there is somebody to fall quiet; then the longest request.
  t.ok(often.overall.secondsToExit!.median > 7.5 + 3 + 1 - 1)
  t.ok(rare.overall.secondsToExit!.median < 7.5 + 1 + 1)
})

t.test('the longest request costs its time, and no more than there is until the force point', async (t) => {
  const toExit = async (longestRequest: number) => (await simulate({ ...byHand, longestRequest })).overall.secondsToExit

  t.strictSame(await toExit(0), { median: 5, max: 5 })
  t.strictSame(await toExit(12_000), { median: 17, max: 17 })
  t.strictSame(await toExit(60_000), { median: 22, max: 22 })
})

t.test('where the maximum leaves no room, a deployment takes a whole stop for each batch', async (t) => {
  const seconds = async (minimumHealthyPercent: number, options: SimulationOptions = {}) =>
    (await simulate({ ...byHand, tasks: 4, startTime: [0, 0], minimumHealthyPercent, maximumPercent: 100, ...options })).overall.deploySeconds

  t.equal(await seconds(50), 2 * 16)
  t.equal(await seconds(75), 4 * 16)
  t.equal(await seconds(50, { startTime: [30, 30] }), 2 * (16 + 30))
})

t.test('a fleet that is all away leaves requests without a target, for as long as it is', async (t) => {
  const { overall } = await simulate({ ...byHand, tasks: 1, minimumHealthyPercent: 0, maximumPercent: 100 })

  t.match(overall, { deploySeconds: 46, withoutTarget: 46 * 100, lost: 0, peakTasks: 1 })
})

t.test('a task that only health checks can tell of keeps its requests until they have, or loses them', async (t) => {
  const options: SimulationOptions = { ...byHand, tasks: 20, nodes: 3, order: 'health-only', lag: 'normal', startTime: [20, 40] }
  const fast = await simulate({ ...options, healthCheck: '5/2/2' })
  const slow = await simulate({ ...options, healthCheck: '30/5/2' })

  t.equal(fast.overall.lost, 0)
  t.ok(slow.overall.lost > 0)
  t.equal(slow.overall.secondsToExit?.max, 14.5 + 1, 'they leave at the limit')
  t.equal(slow.overall.withoutTarget, 0)
  t.match(slow.orders[0]?.sentence, /expected to be lost.*Losses are expected: health checks need up to 2 × 30 \+ 5 \+ 1 = 66 s/)
})

t.test('checks that go on while a target drains tell the task instead of falling silent', async (t) => {
  const options: SimulationOptions = { ...byHand, tasks: 20, order: 'together', deregistrationDelay: 30, stopTimeout: 60 }
  const longest = async (checksWhileDraining: boolean) => (await simulate({ ...options, checksWhileDraining })).overall.secondsToExit!.max

  t.ok(await longest(false) <= 7.5 + 1.1, 'the last check came before the deregistration')
  t.ok(await longest(true) > 7.5 + 1.1, 'the second refusal comes up to two intervals after the signal')
})

t.test('each order has its row, and all of them together are their sum', async (t) => {
  const order = ['deregister-first', 'together', 'signal-first', 'health-only', 'kill'] as const
  const { orders, overall } = await simulate({ order, tasks: 100, rate: 10_000, deployments: 2, healthCheck: '10/5/3' })
  const same = (figure: (row: typeof overall) => number) =>
    t.ok(Math.abs(orders.map(figure).reduce((a, b) => a + b) / figure(overall) - 1) < 1e-9, `${figure}`)

  t.strictSame(orders.map((row) => [row.order, row.stops, row.deployments]), order.map((name) => [name, 200, 2]))
  t.equal(overall.stops, 1_000)
  same(({ drainingTaskSeconds }) => drainingTaskSeconds)
  same(({ lost }) => lost)
  same(({ deploySeconds, deployments }) => deploySeconds * deployments)
  t.equal(overall.peakTasks, Math.max(...orders.map(({ peakTasks }) => peakTasks)))
})

t.test('1,000 tasks at 100,000 requests a second are simulated to the end', async (t) => {
  const { orders } = await simulate({ order: ['together', 'kill'], tasks: 1_000, rate: 100_000 })

  for (const { reconnectsPerSecond: { peak, mean }, deploySeconds, stops, peakTasks, peakStopping, drainingShare } of orders) {
    t.equal(stops, 1_000)
    t.ok(Math.abs(mean * deploySeconds - 1_000 * 50) < 1e-6)
    t.ok(peak >= mean && peak <= 1_000 * 50)
    t.ok(peakTasks > 1_000 && peakTasks <= 2_000 && peakStopping <= 1_000)
    t.ok(drainingShare >= 0 && drainingShare < 1)
  }
  t.equal(orders[0]?.lost, 0)
  // Each of them loses one target's share, of 1,000 to 2,000, for the 1 to 5 s of a node's lag.
  t.ok(orders[1]!.lost > 1_000 * 1 * 100_000 / 2_000 && orders[1]!.lost < 1_000 * 5 * 100_000 / 1_000, `${orders[1]!.lost}`)
})

t.test('the shares of all targets, and the time without any, are all of the time', async (t) => {
  const random = seeded(1)
  const spans = Array.from({ length: 60 }, () => {
    const from = random() * 10_000
    return { from, until: from + random() * 300 }
  })
  const node = routing(spans)
  const [began, ended] = [Math.min(...spans.map(({ from }) => from)), Math.max(...spans.map(({ until }) => until))]

  const shared = spans.map(({ from, until }) => node.share(from, until)).reduce((a, b) => a + b)
  const without = node.without(began, ended)

  t.ok(without > 1_000)
  t.ok(Math.abs(shared + without - (ended - began)) < 1e-6)
})

t.test('the same seed gives the same result, and another seed another', async (t) => {
  const options: SimulationOptions = { tasks: 30, nodes: 3, rate: 3_000, seed: 7, secondSigterm: true }
  const [first, again, other] = [await simulate(options), await simulate(options), await simulate({ ...options, seed: 8 })]

  t.strictSame(again, first)
  t.strictSame(JSON.parse(JSON.stringify(first)), first, 'it is plain JSON')
  t.strictNotSame(other.orders, first.orders)
})

t.test('without deployments nothing happens, and no figure is missing', async (t) => {
  const { overall } = await simulate({ deployments: 0 })

  t.match(overall, { deploySeconds: 0, stops: 0, secondsToExit: null, drainingShare: 0, peakTasks: 0, lost: 0, sentence: 'Nothing was deployed.' })
})

t.test('the defaults are those of the rehearsal, and three more', async (t) => {
  const { settings } = await simulate()

  t.match(settings, { tasks: 2, nodes: 2, rate: 100, stopTimeout: 30, lagSeconds: [1, 5], checksWhileDraining: false })
  t.match(settings, { startTime: [20, 40], longestRequest: 1_000, connectionsPerTask: 50 })
  t.match((await simulate({ lag: 'harsh' })).settings, { lagSeconds: [4, 12], checksWhileDraining: true })
  t.strictSame(Object.keys(bounds).filter((name) => !Object.hasOwn(defaults, name)), [])
})

const wrong: Array<[options: object, message: RegExp]> = [
  [{ taks: 2 }, /there is no option taks: known are .*tasks/],
  [{ command: ['node'] }, /there is no option command/],
  [{ tasks: 10_001 }, /^tasks must be a whole number from 1 to 10000, but is 10001$/],
  [{ rate: 0 }, /^rate must be a whole number from 1 to 1000000, but is 0$/],
  [{ order: 'sideways' }, /^order must be 'deregister-first' or .* but is 'sideways'$/],
  [{ lag: [5, 1] }, /^lag must be /],
  [{ healthCheck: '5/2' }, /^healthCheck must be /],
  [{ startTime: 30 }, /^startTime must be a range of seconds up to 3600, such as \[20, 40\], but is 30$/],
  [{ startTime: [40, 20] }, /^startTime must be .* but is \[ 40, 20 \]$/],
  [{ startTime: [0, 3_601] }, /^startTime must be /],
  [{ longestRequest: -1 }, /^longestRequest must be a whole number from 0 to 3600000, but is -1$/],
  [{ connectionsPerTask: 1.5 }, /^connectionsPerTask must be a whole number from 0 to 100000, but is 1.5$/],
  [{ checksWhileDraining: 'yes' }, /^checksWhileDraining must be true or false, but is 'yes'$/],
  [{ maximumPercent: 100 }, /^maximumPercent must be large enough for one more task than 2, or .* for one less, but is 100$/]
]

for (const [options, message] of wrong) {
  t.test(`${JSON.stringify(options)} is refused by name and value`, async (t) => {
    await t.rejects(simulate(options), { code: /^FST_ECS_OPTION_/, message })
  })
}

t.test('on a terminal a row says what its order came to, within 100 columns and a screen', async (t) => {
  const lines = printedSimulation(await simulate({ ...byHand, order: ['deregister-first', 'kill'], tasks: 1_000, rate: 1_000_000 })).split('\n')

  t.match(lines.find((line) => line.startsWith('deregister-first  ')), /^deregister-first +46\.0 +6\.00 +6\.00 +17\.4 % +2,000 +1,000 +50,000 +0$/)
  t.match(lines.find((line) => line.startsWith('kill  ')), /^kill +30\.0 +– +– +0\.0 % /)
  t.ok(lines.every((line) => line.length <= 100))
  t.ok(lines.length <= 24)
})
