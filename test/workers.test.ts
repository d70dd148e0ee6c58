import Fastify, { type FastifyInstance } from 'fastify'
import { once } from 'node:events'
import timers from 'node:timers/promises'
import t, { type Test } from 'tap'

import ecsGraceful from '../lib/index'
import type { EcsGracefulOptions } from '../types/index'
import { turn } from './helpers/turn'

/** A service that leaves signals alone, and what it logs as errors. */
async function service (t: Test, options: EcsGracefulOptions = {}): Promise<{ app: FastifyInstance, logged: object[] }> {
  const logged: object[] = []
  const app = Fastify({ logger: { level: 'error', stream: { write: (line: string) => { logged.push(JSON.parse(line) as object) } } } })
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { signals: false, ...options })
  return { app, logged }
}

/** Works until the signal aborts. */
const untilAborted = async (signal: AbortSignal): Promise<void> => { await once(signal, 'abort') }

t.test('a loop begins when every onReady hook has run, whether the service listens or not', async (t) => {
  const { app } = await service(t)
  const story: string[] = []
  app.ecsGraceful.worker('mail', async (signal) => {
    story.push(`begun while ${app.ecsGraceful.phase}`)
    signal.addEventListener('abort', () => { story.push(`told while ${app.ecsGraceful.phase}`) })
    await untilAborted(signal)
  })
  app.addHook('onReady', async () => {
    await turn()
    story.push('ready')
  })

  await app.ready()
  await turn()
  await app.ecsGraceful.shutdown()

  t.strictSame(story, ['ready', 'begun while ready', 'told while draining'])
})

t.test('a loop that is added later begins at once', async (t) => {
  const { app } = await service(t)
  const begun: string[] = []
  await app.ready()
  await turn()

  app.ecsGraceful.worker('mail', () => { begun.push('mail') })

  t.strictSame(begun, ['mail'])
})

t.test('no loop begins in an application that cannot start, nor in one that stops', async (t) => {
  const { app: broken } = await service(t)
  const { app: stopped } = await service(t)
  const begun: string[] = []
  broken.ecsGraceful.worker('broken', () => { begun.push('broken') })
  broken.addHook('onReady', async () => { throw new Error('no database') })
  stopped.ecsGraceful.worker('before', () => { begun.push('before') })

  await t.rejects(async () => { await broken.ready() }, { message: 'no database' })
  const stop = stopped.ecsGraceful.shutdown()
  await stopped.ready()
  stopped.ecsGraceful.worker('after', () => { begun.push('after') })
  await Promise.all([stop, turn()])

  t.strictSame(begun, [])
})

t.test('a loop is waited for, by close() too', async (t) => {
  const { app } = await service(t)
  const story: string[] = []
  app.addHook('onClose', async () => { story.push('clients close') })
  app.ecsGraceful.worker('mail', async (signal) => {
    await untilAborted(signal)
    await turn()
    story.push('the last letter is out')
  })
  await app.ready()
  await turn()

  await app.close()

  t.strictSame(story, ['the last letter is out', 'clients close'])
})

t.test('a loop that the force point finds at work is named in the report, with what it left', async (t) => {
  const { app } = await service(t, { stopTimeout: 2_000, drainDelay: 0, closeTimeout: 100, safetyMargin: 1_700, gracePeriod: 100 })
  const letters = ['one', 'two', 'three']
  app.ecsGraceful.worker(() => `mail: ${letters.length} letters`, async () => {
    letters.pop()
    await new Promise(() => {})
  })
  await app.ready()
  await turn()

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'cut', cut: { work: ['mail: 2 letters'] } })
})

t.test('a wait that the signal cuts short is the end of a loop, and no failure', async (t) => {
  const { app, logged } = await service(t)
  app.ecsGraceful.worker('waits', async (signal) => { await timers.setTimeout(60_000, undefined, { signal }) })
  app.ecsGraceful.worker('heeds', async (signal) => {
    await untilAborted(signal)
    signal.throwIfAborted()
  })
  await app.ready()
  await turn()

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'drained', errors: [] })
  t.strictSame(logged, [])
})

t.test('a loop that failed is logged at once, and stands in the report even if that was long before', async (t) => {
  const { app, logged } = await service(t)
  app.ecsGraceful.worker('cron', () => { throw new Error('no such time') })
  app.ecsGraceful.worker('mail', async () => { throw new Error('no mail server') })
  app.ecsGraceful.worker('late', async (signal) => {
    await untilAborted(signal)
    throw undefined // eslint-disable-line no-throw-literal -- people do
  })
  await app.ready()
  await turn()

  t.match(logged, [{ work: 'cron' }, { msg: 'a worker failed', work: 'mail', err: { message: 'no mail server' } }])
  t.match(await app.ecsGraceful.shutdown(), {
    outcome: 'failed', errors: [{ code: 'cron' }, { code: 'mail', message: 'no mail server' }, { code: 'late', message: 'undefined' }]
  })
})
