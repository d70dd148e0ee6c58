import t from 'tap'

import { brisk, startService } from '../helpers/child'
import { get, Wire } from '../helpers/http'

t.jobs = 4

t.test('an onClose hook that throws is named, and the exit code is 1', { buffered: true }, async (t) => {
  const { child } = await startService(t, { with: ['hook-throws'] })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'failed', errors: [{ code: 'onClose', message: 'the hook threw' }] })
})

t.test('an onClose hook that never calls back is given up at the close timeout', { buffered: true }, async (t) => {
  const { child } = await startService(t, { with: ['hook-hangs'], options: { ...brisk, closeTimeout: 300 } })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'timed-out', errors: [{ code: 'FST_ECS_HOOK_TIMED_OUT', message: /300 ms/ }] })
})

t.test('work that an onDrain function returns is waited for', { buffered: true }, async (t) => {
  const { child } = await startService(t, { with: ['tracks-work'] })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.ok(child.lines.some((line) => line.workDone))
})

t.test('tracked work that never ends is named at the force point', { buffered: true }, async (t) => {
  const { child } = await startService(t, {
    with: ['work-never-ends'], options: { ...brisk, stopTimeout: 4_000, closeTimeout: 500, safetyMargin: 1_000, gracePeriod: 500 }
  })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'cut', cut: { work: ['stuck job'] } })
})

t.test('tracked work that fails while draining makes the outcome failed', { buffered: true }, async (t) => {
  const { child } = await startService(t, { with: ['work-fails'] })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'failed', errors: [{ code: 'flushQueue', message: 'the queue is gone' }] })
})

for (const way of ['closes-on-sigterm', 'closes-twice-on-sigterm']) {
  t.test(`a drain survives somebody else's close() after the signal: ${way}`, { buffered: true }, async (t) => {
    const { child, port } = await startService(t, { with: [way] })
    const slow = get(port, '/slow/1000')
    await child.line((line) => line.msg === 'incoming request')

    child.send('SIGTERM')
    await child.phase('draining')

    t.match(await get(port, '/fast'), { status: 200 })
    t.match(await slow, { status: 200 })
    t.strictSame(await child.exit, { code: 0, signal: null })
    t.match(await child.report(), { trigger: 'SIGTERM', left: 'quiet', outcome: 'drained' })
  })
}

t.test('close() without a signal does not wait for the keep-alive time of a busy socket, and exits nothing', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)
  const slow = get(port, '/slow/300')
  await child.line((line) => line.msg === 'incoming request')

  await get(port, '/close')

  t.match(await slow, { status: 200 })
  t.match(await child.report(), { trigger: 'close', left: 'skipped', outcome: 'drained', exitCode: 0 })
  t.strictSame(await child.exit, { code: 0, signal: null }, 'nothing is left that keeps the process alive')
})

t.test('shutdown() drains without a signal and leaves the process alone', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { with: ['shuts-down-by-itself'] })

  await get(port, '/shutdown')
  await child.phase('draining')

  t.match(await get(port, '/health'), { status: 503 })
  t.match(await child.line((line) => 'shutdown' in line), { shutdown: 'drained' })
  t.match(await child.report(), { trigger: 'shutdown', left: 'quiet' })
})

t.test('a close() that hangs when the signal comes is given the limits of a drain', { buffered: true }, async (t) => {
  const options = { ...brisk, stopTimeout: 4_000, closeTimeout: 500, safetyMargin: 1_000, gracePeriod: 500 }
  const { child, port } = await startService(t, { options })
  const cut = t.rejects(get(port, '/never'))
  await child.line((line) => line.msg === 'incoming request')
  await get(port, '/close')
  await child.phase('closing')

  child.send('SIGTERM')

  await cut
  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { trigger: 'close', outcome: 'cut', cut: { requests: [{ method: 'GET', route: '/never' }] } })
})

t.test('an upload that was refused in it is not waited for once more', { buffered: true }, async (t) => {
  const options = { ...brisk, stopTimeout: 4_000, maxDrainDelay: 1_000, closeTimeout: 500, safetyMargin: 1_000, gracePeriod: 1_400 }
  const { child, port } = await startService(t, { options })
  const wire = await Wire.open(t, port)
  wire.write('POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nhalf')
  await child.line((line) => line.msg === 'incoming request')
  await get(port, '/close')
  await child.phase('closing')

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(wire.received, /^HTTP\/1\.1 503 /)
  t.match(await child.report(), { trigger: 'close', outcome: 'cut', cut: { requests: [{ method: 'POST', route: '/upload' }] }, errors: [] })
})

t.test('SIGINT ends a close() that hangs, and a hook that hangs in it is named', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { with: ['later-hook-hangs'], options: { ...brisk, closeTimeout: 300 } })
  await get(port, '/close')
  await child.phase('closing')

  child.send('SIGINT')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { trigger: 'close', outcome: 'timed-out', errors: [{ code: 'FST_ECS_HOOK_TIMED_OUT' }] })
})
