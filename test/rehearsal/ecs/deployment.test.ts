import timers from 'node:timers/promises'
import t from 'tap'

import { deploy } from '../../../lib/rehearsal/ecs/deployment'
import { canRoll, nextStep } from '../../../lib/rehearsal/ecs/scheduler'
import { stopSteps } from '../../../lib/rehearsal/ecs/stop-steps'
import { seeded } from '../../../lib/rehearsal/random'

const generous = { desired: 4, minimumHealthyPercent: 100, maximumPercent: 200 }
const start = { old: 4, stopping: 0, starting: 0, healthy: 0 }

t.test('with 100 and 200 percent all new tasks start at once, and an old one goes for each that is healthy', async (t) => {
  t.strictSame(nextStep(generous, start), { start: 4, stop: 0 })
  t.strictSame(nextStep(generous, { ...start, starting: 3, healthy: 1 }), { start: 0, stop: 1 })
  t.strictSame(nextStep(generous, { ...start, old: 3, stopping: 1, starting: 0, healthy: 4 }), { start: 0, stop: 3 })
})

t.test('the minimum is rounded up and the maximum down', async (t) => {
  const capacity = { desired: 3, minimumHealthyPercent: 50, maximumPercent: 150 }

  t.strictSame(nextStep(capacity, { ...start, old: 3 }), { start: 1, stop: 1 })
})

t.test('a task that is stopping counts until it is gone', async (t) => {
  const capacity = { desired: 2, minimumHealthyPercent: 50, maximumPercent: 100 }

  t.strictSame(nextStep(capacity, { ...start, old: 1, stopping: 1 }), { start: 0, stop: 0 })
  t.strictSame(nextStep(capacity, { ...start, old: 1, stopping: 0 }), { start: 1, stop: 0 })
})

t.test('a deployment that may neither start nor stop anything cannot roll', async (t) => {
  t.notOk(canRoll({ desired: 2, minimumHealthyPercent: 100, maximumPercent: 100 }))
  t.notOk(canRoll({ desired: 2, minimumHealthyPercent: 100, maximumPercent: 149 }))
  t.ok(canRoll({ desired: 2, minimumHealthyPercent: 100, maximumPercent: 150 }))
  t.ok(canRoll({ desired: 1, minimumHealthyPercent: 0, maximumPercent: 100 }))
})

/** A stage whose tasks are numbers and take a turn of the loop for everything; tells how many there were at the most and least. */
class Turns {
  count = 0
  running = 0
  most = 0
  least = Infinity
  readonly stopped: number[] = []

  async start (): Promise<number> {
    this.running++
    this.most = Math.max(this.most, this.running)
    await timers.setImmediate()
    return ++this.count
  }

  async stop (task: number): Promise<void> {
    this.stopped.push(task)
    await timers.setImmediate()
    this.running--
    this.least = Math.min(this.least, this.running)
  }
}

t.test('a deployment in batches ends with as many new tasks, and keeps to its limits on the way', async (t) => {
  const stage = new Turns()
  const old = await Promise.all(Array.from({ length: 10 }, () => stage.start()))

  const fresh = await deploy(stage, { desired: 10, minimumHealthyPercent: 80, maximumPercent: 120 }, old, 'together')

  t.strictSame([...fresh].sort((a, b) => a - b), [11, 12, 13, 14, 15, 16, 17, 18, 19, 20])
  t.strictSame([...stage.stopped].sort((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  t.ok(stage.most <= 12 && stage.least >= 8, `${stage.least} to ${stage.most}`)
})

t.test('a task that does not come up ends the deployment with its reason', async (t) => {
  const stage = { start: async () => { throw new Error('no image') }, stop: async () => {} }

  await t.rejects(deploy(stage, generous, [1, 2, 3, 4], 'together'), { message: 'no image' })
})

const timings = { stopTimeout: 30, deregistrationDelay: 10, secondSigterm: false }

t.test('each order has its steps', async (t) => {
  const steps = (order: Parameters<typeof stopSteps>[0]) => stopSteps(order, timings, seeded(1))

  t.strictSame(steps('deregister-first'), { deregister: 0, signal: 10_000, kill: 40_000 })
  t.match(steps('together'), { deregister: 0 })
  t.match(steps('signal-first'), { signal: 0, kill: 30_000 })
  t.strictSame(steps('health-only'), { signal: 0, kill: 30_000 })
  t.strictSame(steps('kill'), { kill: 0 })
})

t.test('what is drawn stays in its range, over many seeds', async (t) => {
  const drawn = Array.from({ length: 200 }, (_, seed) => ({
    together: stopSteps('together', timings, seeded(seed)).signal!,
    signalFirst: stopSteps('signal-first', timings, seeded(seed)).deregister!,
    second: stopSteps('health-only', { ...timings, secondSigterm: true }, seeded(seed)).secondSignal!
  }))

  t.ok(drawn.every(({ together }) => together >= 0 && together <= 2_000))
  t.ok(drawn.every(({ signalFirst }) => signalFirst >= 1_000 && signalFirst <= 5_000))
  t.ok(drawn.every(({ second }) => second >= 500 && second <= 3_000))
  t.ok(new Set(drawn.map(({ together }) => together)).size > 190)
})
