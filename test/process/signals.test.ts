import t from 'tap'

import { brisk, Child, startService } from '../helpers/child'
import { get } from '../helpers/http'

t.jobs = 4

/** Long enough that nothing but the signal under test can end it. */
const patient = { ...brisk, stopTimeout: 40_000, drainDelay: 20_000, maxDrainDelay: 20_000, gracePeriod: 5_000 }

t.test('a second SIGTERM changes nothing', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)
  child.send('SIGTERM')
  await child.phase('draining')

  child.send('SIGTERM')

  t.match(await get(port, '/fast'), { status: 200 })
  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { trigger: 'SIGTERM', left: 'quiet', outcome: 'drained', repeatedSignals: 1 })
})

t.test('SIGINT alone skips the lame duck and waits for what is in flight', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: patient })
  const slow = get(port, '/slow/300')
  await child.line((line) => line.msg === 'incoming request')

  child.send('SIGINT')

  t.match(await slow, { status: 200 })
  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { trigger: 'SIGINT', left: 'skipped', outcome: 'drained', repeatedSignals: 0 })
})

t.test('a second SIGINT goes to the force point', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: patient })
  const never = get(port, '/never')
  const answer = t.rejects(never, { code: 'ECONNRESET' })
  await child.line((line) => line.msg === 'incoming request')
  child.send('SIGINT')
  await child.phase('closing')

  child.send('SIGINT')

  await answer
  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'cut', cut: { requests: [{ method: 'GET', route: '/never' }] }, repeatedSignals: 1 })
})

t.test('SIGINT during a SIGTERM drain ends the lame duck, and the next goes to the force point', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: patient })
  const answer = t.rejects(get(port, '/never'), { code: 'ECONNRESET' })
  await child.line((line) => line.msg === 'incoming request')
  child.send('SIGTERM')
  await child.phase('draining')

  child.send('SIGINT')
  await child.phase('closing')
  child.send('SIGINT')

  await answer
  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { trigger: 'SIGTERM', left: 'skipped', outcome: 'cut', repeatedSignals: 2 })
})

t.test('SIGTERM does not hasten a SIGINT drain', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: patient })
  const slow = get(port, '/slow/500')
  await child.line((line) => line.msg === 'incoming request')
  child.send('SIGINT')
  await child.phase('closing')

  child.send('SIGTERM')

  t.match(await slow, { status: 200 })
  t.match(await child.report(), { trigger: 'SIGINT', outcome: 'drained', repeatedSignals: 1 })
})

t.test('only the signals asked for are handled', { buffered: true }, async (t) => {
  const { child } = await startService(t, { options: { ...brisk, signals: ['SIGTERM'] } })

  child.send('SIGINT')

  t.strictSame(await child.exit, { code: null, signal: 'SIGINT' })
  t.notOk(child.lines.some((line) => line.event))
})

t.test('with signals: false the process is left to its owner', { buffered: true }, async (t) => {
  const { child } = await startService(t, { options: { ...brisk, signals: false } })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: null, signal: 'SIGTERM' })
})

t.test('an uncaught exception closes without the lame duck and exits 1', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: patient })
  const slow = get(port, '/slow/400')
  await child.line((line) => line.msg === 'incoming request')

  await get(port, '/throw')

  t.match(await slow, { status: 200 })
  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), {
    trigger: 'uncaughtException', left: 'skipped', outcome: 'failed', exitCode: 1, errors: [{ code: 'uncaughtException', message: 'thrown by nobody' }]
  })
  t.ok(child.lines.some((line) => line.level === 60), 'it is logged as fatal')
  t.ok(child.lines.some((line) => line.text === 'Error: thrown by nobody'), 'and said on standard error, as Node would have done')
})

t.test('an uncaught exception keeps the lame duck with onUncaughtException: drain', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: { ...brisk, onUncaughtException: 'drain' } })

  await get(port, '/throw')
  await child.phase('draining')

  t.match(await get(port, '/fast'), { status: 200 })
  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { trigger: 'uncaughtException', left: 'quiet' })
})

t.test('an unhandled rejection drains with the lame duck and exits 1', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)

  await get(port, '/reject')
  await child.phase('draining')

  t.match(await get(port, '/fast'), { status: 200 })
  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { trigger: 'unhandledRejection', left: 'quiet', errors: [{ message: 'rejected by nobody' }] })
})

t.test('errors during a drain are noted, make the exit code 1 and let the drain go on', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { with: ['rejects-while-draining'] })
  const slow = get(port, '/slow/1000')
  await child.line((line) => line.msg === 'incoming request')

  child.send('SIGTERM')

  t.match(await slow, { status: 200 })
  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), {
    trigger: 'SIGTERM', left: 'quiet', outcome: 'failed', cut: { requests: [] }, errors: [{ code: 'unhandledRejection' }, { code: 'uncaughtException' }]
  })
})

t.test('a signal before listen has finished stops the start and exits 0', { buffered: true }, async (t) => {
  const child = new Child(t, { with: ['boot-is-slow'] })
  await child.line((line) => 'inBoot' in line)

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { left: 'skipped', outcome: 'drained' })
  t.notOk(child.lines.some((line) => 'ready' in line))
})

t.test('a signal during onReady stops the start and exits 0', { buffered: true }, async (t) => {
  const child = new Child(t, { with: ['ready-is-slow'] })
  await child.line((line) => 'inOnReady' in line)

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { left: 'skipped', outcome: 'drained' })
  t.notOk(child.lines.some((line) => 'ready' in line))
})

t.test('a start that hangs is given up at the force point, and named', { buffered: true }, async (t) => {
  const child = new Child(t, { with: ['boot-hangs'], options: { stopTimeout: 3_000, closeTimeout: 300, safetyMargin: 1_000 } })
  await child.line((line) => 'inOnReady' in line)

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'timed-out', cut: { work: ['start'] }, errors: [{ code: 'FST_ECS_START_TIMED_OUT' }] })
})
