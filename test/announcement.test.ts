import t from 'tap'

import { Announcement } from '../lib/announcement'
import type { Trigger } from '../types/index'

function announcement () {
  const told: Array<[who: string, trigger: Trigger]> = []
  const announcement = new Announcement((listener, trigger) => listener(trigger))
  return { told, announcement, listener: (who: string) => (trigger: Trigger) => told.push([who, trigger]) }
}

t.test('nobody is told before the announcement is made', async (t) => {
  const { told, announcement: drain, listener } = announcement()

  drain.onDrain(listener('mailer'))

  t.strictSame(told, [])
  t.notOk(drain.signal.aborted)
})

t.test('everybody who asked is told once, in the order of asking, with the trigger', async (t) => {
  const { told, announcement: drain, listener } = announcement()
  drain.onDrain(listener('mailer'))
  drain.onDrain(listener('cron'))

  drain.make('SIGTERM')

  t.strictSame(told, [['mailer', 'SIGTERM'], ['cron', 'SIGTERM']])
})

t.test('who asks too late is told at once', async (t) => {
  const { told, announcement: drain, listener } = announcement()
  drain.make('shutdown')

  drain.onDrain(listener('mailer'))

  t.strictSame(told, [['mailer', 'shutdown']])
})

t.test('what was asked can be taken back', async (t) => {
  const { told, announcement: drain, listener } = announcement()
  const takeBack = drain.onDrain(listener('mailer'))
  drain.onDrain(listener('cron'))

  takeBack()
  takeBack()
  drain.make('SIGTERM')

  t.strictSame(told, [['cron', 'SIGTERM']])
})

t.test('a listener may take another back while they are told', async (t) => {
  const { told, announcement: drain, listener } = announcement()
  drain.onDrain(() => takeBack())
  const takeBack = drain.onDrain(listener('cron'))

  drain.make('SIGTERM')

  t.strictSame(told, [])
})

t.test('the signal is aborted, with an Error that says why, before the first is told', async (t) => {
  const { announcement: drain } = announcement()
  let reason: unknown
  drain.onDrain(() => { reason = drain.signal.reason })

  drain.make('SIGINT')

  t.ok(reason instanceof Error)
  t.match(reason, { name: 'AbortError', message: 'draining has begun: SIGINT' })
})

t.test('each listener is handed to whoever deals with what comes of it', async (t) => {
  const handed: unknown[] = []
  const drain = new Announcement((...call) => handed.push(call))
  const mailer = () => { throw new Error('no mail') }
  drain.onDrain(mailer)

  drain.make('SIGTERM')

  t.strictSame(handed, [[mailer, 'SIGTERM']])
})

t.test('who asks while the announcement is made is told once', async (t) => {
  const { told, announcement: drain, listener } = announcement()
  drain.onDrain(() => drain.onDrain(listener('late')))

  drain.make('SIGTERM')

  t.strictSame(told, [['late', 'SIGTERM']])
})

t.test('the same function may ask twice, and each may be taken back by itself', async (t) => {
  const { told, announcement: drain, listener } = announcement()
  const twice = listener('twice')
  drain.onDrain(twice)
  const takeBack = drain.onDrain(twice)
  takeBack()

  drain.make('SIGTERM')

  t.strictSame(told, [['twice', 'SIGTERM']])
})

t.test('any number of streams may listen to the signal without a warning', async (t) => {
  const { announcement: drain } = announcement()
  const warnings: Error[] = []
  const note = (warning: Error): void => { warnings.push(warning) }
  process.on('warning', note)
  t.teardown(() => process.off('warning', note))

  for (let stream = 0; stream < 100; stream++) drain.signal.addEventListener('abort', () => {})
  await new Promise(setImmediate)

  t.strictSame(warnings, [])
})
