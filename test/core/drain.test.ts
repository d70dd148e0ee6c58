import t from 'tap'

import { FakeTask } from '../helpers/task'

// A stop timeout of 30 s: lame duck 5 to 14.5 s, force point at 22 s, hard stop at 27 s.

t.test('a task without traffic goes through its phases at the instants of its plan', async (t) => {
  const task = new FakeTask()

  const report = task.drain()
  await task.until(5_000)

  t.strictSame(task.story, [
    [0, 'draining'],
    [0, 'watch'],
    [0, 'announce'],
    [5_000, 'closing'],
    [5_000, 'listener closed'],
    [5_000, 'cut'],
    [5_000, 'hooks until 10000'],
    [5_000, 'closed']
  ])
  t.match(await report, {
    trigger: 'SIGTERM', outcome: 'drained', exitCode: 0, left: 'quiet', durations: { draining: 5_000, closing: 0, clients: 0, total: 5_000 }
  })
  t.equal(task.clock.waiting, 0)
})

t.test('nothing is closed before the drain delay is over', async (t) => {
  const task = new FakeTask()

  const report = task.drain()
  await task.until(4_999)

  t.equal(task.lifecycle.phase, 'draining')
  t.ok(task.serving.listening)
  t.equal(task.serving.sweeps, 0)
  await task.until(5_000)
  await report
})

t.test('a request puts the end of the lame duck off by the quiet period', async (t) => {
  const task = new FakeTask()

  const report = task.drain()
  await task.until(4_000)
  task.request()
  await task.until(60_000)

  t.match(await report, { left: 'quiet', served: 1, durations: { draining: 7_000 } })
})

t.test('a look that comes late decides nothing: what came meanwhile has not been read yet', async (t) => {
  const task = new FakeTask()

  const report = task.drain()
  await task.until(4_900)
  task.clock.stall(2_000)
  await task.clock.advance(0)
  t.equal(task.lifecycle.phase, 'draining')
  task.request()
  await task.until(60_000)

  t.match(await report, { left: 'quiet', served: 1, durations: { draining: 9_900 } })
})

t.test('the limit of the lame duck holds also when the look comes late', async (t) => {
  const task = new FakeTask()

  const report = task.drain()
  for (let second = 1; second <= 14; second++) {
    await task.until(second * 1_000)
    task.request()
  }
  await task.until(14_400)
  task.clock.stall(2_000)
  await task.until(60_000)

  t.match(await report, { left: 'limit', durations: { draining: 16_400 } })
})

t.test('the lame duck ends once every checker is told', async (t) => {
  const task = new FakeTask()

  const report = task.drain()
  await task.until(3_000)
  task.probe()
  await task.until(8_000)
  t.equal(task.lifecycle.phase, 'draining')
  task.probe()
  await task.until(60_000)

  t.match(await report, { left: 'told', durations: { draining: 8_050 } })
})

t.test('traffic that goes on is served to the limit of the lame duck', async (t) => {
  const task = new FakeTask()

  const report = task.drain()
  for (let second = 1; second <= 14; second++) {
    await task.until(second * 1_000)
    task.request()
  }
  await task.until(60_000)

  t.match(await report, { left: 'limit', served: 14, durations: { draining: 14_500 }, outcome: 'drained' })
})

t.test('a task that listens nowhere skips the lame duck', async (t) => {
  const task = new FakeTask()
  task.serving.listening = false

  const report = task.drain('shutdown')
  await task.until(0)

  t.match(await report, { trigger: 'shutdown', left: 'skipped', durations: { draining: 0, total: 0 } })
  t.equal(task.clock.waiting, 0)
})

t.test('a listener that is closed by somebody else ends the lame duck', async (t) => {
  const task = new FakeTask()

  const report = task.drain()
  await task.until(1_010)
  task.serving.listening = false
  await task.until(60_000)

  t.match(await report, { left: 'skipped', durations: { draining: 1_050 } })
})

t.test('a task in a hurry from the start skips the lame duck', async (t) => {
  const task = new FakeTask()

  task.leave()
  const report = task.drain('SIGINT')
  await task.until(0)

  t.match(await report, { trigger: 'SIGINT', left: 'skipped', durations: { total: 0 } })
  t.strictSame(task.story.slice(0, 4), [[0, 'draining'], [0, 'watch'], [0, 'announce'], [0, 'closing']])
})

t.test('hurry cuts the lame duck short at that very instant', async (t) => {
  const task = new FakeTask()

  const report = task.drain()
  await task.until(1_234)
  task.leave()
  await task.until(1_234)

  t.match(await report, { left: 'skipped', durations: { draining: 1_234, total: 1_234 }, outcome: 'drained' })
  t.equal(task.clock.waiting, 0)
})

t.test('what is in flight is waited for, and swept every 25 ms', async (t) => {
  const task = new FakeTask()
  const answer = task.inFlight('/orders/:id')

  const report = task.drain()
  await task.until(5_000)
  t.equal(task.lifecycle.phase, 'closing')
  t.equal(task.serving.sweeps, 1)
  await task.until(6_000)
  t.equal(task.serving.sweeps, 41)
  answer()
  await task.until(60_000)

  t.match(await report, { outcome: 'drained', durations: { draining: 5_000, closing: 1_025, total: 6_025 }, cut: { requests: [] } })
})

t.test('tracked work is waited for like a request', async (t) => {
  const task = new FakeTask()
  const done = task.track('mail')

  const report = task.drain()
  await task.until(9_990)
  t.equal(task.lifecycle.phase, 'closing')
  done()
  await task.until(60_000)

  t.match(await report, { outcome: 'drained', durations: { draining: 5_000, closing: 5_000 }, cut: { work: [] } })
})

t.test('at the force point what is unfinished is written down before it is cut', async (t) => {
  const task = new FakeTask()
  task.inFlight('/slow')
  task.serving.upgrades = 2
  task.track('mail')
  task.track('invoice')

  const report = task.drain()
  await task.until(21_999)
  t.equal(task.serving.open, 3)
  await task.until(22_000)

  t.strictSame(task.story.slice(3), [
    [5_000, 'closing'],
    [5_000, 'listener closed'],
    [21_000, 'uploads refused'],
    [22_000, 'cut'],
    [22_000, 'hooks until 27000'],
    [22_000, 'closed']
  ])
  t.strictSame(task.serving.farewells, [[5_000, 21_500]])
  t.equal(task.serving.refusals, 40, 'at every look: one may have come in between')
  t.match(await report, {
    outcome: 'cut',
    exitCode: 1,
    durations: { draining: 5_000, closing: 17_000, clients: 0, total: 22_000 },
    cut: { requests: [{ method: 'GET', route: '/slow', atLeast: 0 }], upgraded: 2, work: ['mail', 'invoice'] }
  })
  t.equal(task.clock.waiting, 0)
})

t.test('the force point is where it is even after the longest lame duck', async (t) => {
  const task = new FakeTask()
  task.inFlight('/slow')

  const report = task.drain()
  for (const age of [2_500, 5_000, 7_500, 10_000, 12_500]) {
    await task.until(age)
    task.request()
  }
  await task.until(60_000)

  t.match(await report, { left: 'limit', durations: { draining: 14_500, closing: 7_500, total: 22_000 } })
})

t.test('hurry goes to the force point at that very instant', async (t) => {
  const task = new FakeTask()
  task.inFlight('/slow')

  const report = task.drain()
  await task.until(6_010)
  task.force()
  await task.until(6_010)

  t.strictSame(task.story.slice(-3), [[6_010, 'cut'], [6_010, 'hooks until 11010'], [6_010, 'closed']])
  t.match(await report, { outcome: 'cut', left: 'quiet', cut: { requests: [{ route: '/slow' }] } })
  t.equal(task.clock.waiting, 0)
})

t.test('hurry to the force point leaves the lame duck alone', async (t) => {
  const task = new FakeTask()
  task.inFlight('/slow')

  const report = task.drain()
  await task.until(1_000)
  task.force()
  await task.until(60_000)

  t.match(await report, { left: 'quiet', outcome: 'cut', durations: { draining: 5_000, closing: 0 } })
})

t.test('each hurry cuts the wait that is under way: leave, then force', async (t) => {
  const task = new FakeTask()
  task.inFlight('/slow')

  const report = task.drain()
  await task.until(1_000)
  task.leave()
  await task.until(2_010)
  task.force()
  await task.until(2_010)

  t.match(await report, { left: 'skipped', durations: { draining: 1_000, closing: 1_010, total: 2_010 }, outcome: 'cut' })
  t.equal(task.clock.waiting, 0)
})

t.test('the accept queue is emptied before the sockets are swept, and counted', async (t) => {
  const task = new FakeTask()
  task.serving.queue = { duration: 300, connections: 7 }

  const report = task.drain()
  await task.until(5_299)
  t.equal(task.serving.sweeps, 0)
  await task.until(5_300)

  t.match(await report, { accepted: 7, durations: { draining: 5_000, closing: 300, total: 5_300 } })
})

t.test('an accept queue that never empties costs nothing beyond the force point', async (t) => {
  const task = new FakeTask()
  task.serving.queue = { duration: 60_000, connections: 1_000 }
  task.inFlight('/slow')

  const report = task.drain()
  await task.until(60_000)

  t.match(await report, { durations: { total: 22_000 }, outcome: 'cut' })
})

t.test('hooks and clients have the close timeout from where the rest is done', async (t) => {
  const task = new FakeTask()
  task.hooks = 400
  task.clients = [{ name: 'pg', outcome: 'closed', duration: 400 }]

  const report = task.drain()
  await task.until(60_000)

  t.strictSame(task.story.slice(-2), [[5_000, 'hooks until 10000'], [5_400, 'closed']])
  t.match(await report, {
    outcome: 'drained', clients: [{ name: 'pg', outcome: 'closed', duration: 400 }], durations: { clients: 400, total: 5_400 }
  })
})

t.test('hooks that never end are given up at the close timeout', async (t) => {
  const task = new FakeTask()
  task.hooks = Infinity

  const report = task.drain()
  await task.until(60_000)

  t.match(await report, { outcome: 'timed-out', exitCode: 1, durations: { clients: 5_000, total: 10_000 } })
})

t.test('no drain outlives the hard stop', async (t) => {
  const task = new FakeTask()
  task.inFlight('/slow')
  task.hooks = Infinity

  const report = task.drain()
  await task.until(60_000)

  t.match(await report, { outcome: 'timed-out', durations: { closing: 17_000, clients: 5_000, total: 27_000 } })
  t.equal(task.clock.waiting, 0)
})

t.test('hooks that begin late end at the hard stop all the same', async (t) => {
  const task = new FakeTask()
  task.inFlight('/slow')
  const { cut } = task.serving
  task.serving.cut = async () => {
    await task.clock.wait(1_000) // thousands of sockets go in batches
    await cut.call(task.serving)
  }

  const report = task.drain()
  await task.until(60_000)

  t.strictSame(task.story.slice(-3), [[23_000, 'cut'], [23_000, 'hooks until 27000'], [23_000, 'closed']])
  t.match(await report, { durations: { closing: 18_000, total: 23_000 } })
})

t.test('what was noted by the end stands in the report', async (t) => {
  const task = new FakeTask()

  const report = task.drain()
  await task.until(1_000)
  task.incidents.repeatedSignals++
  task.incidents.errors.push({ code: 'unhandledRejection', message: 'no' })
  await task.until(60_000)

  t.match(await report, { outcome: 'failed', exitCode: 1, repeatedSignals: 1, errors: [{ code: 'unhandledRejection', message: 'no' }] })
})
