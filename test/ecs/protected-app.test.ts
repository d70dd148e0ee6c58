import Fastify, { type FastifyServerOptions } from 'fastify'
import { EventEmitter, once } from 'node:events'
import t, { type Test } from 'tap'

import { deferred } from '../../lib/core/deferred'
import ecsGraceful, { type ProtectOptions, type TrackOptions } from '../../lib/index'
import { Agent } from '../../lib/rehearsal/task'
import { Child } from '../helpers/child'
import { StubbornAgent } from './stubborn-agent'

const MINUTE = 60_000

/** The rehearsal's agent with one task, on a clock that stands still, and what it is told, as events. */
async function ecs (t: Test) {
  const agent = await Agent.start({ now: () => 0 })
  t.teardown(() => agent.close())
  const told: boolean[] = []
  const events = new EventEmitter()
  agent.onProtection = (_task, enabled) => {
    told.push(enabled)
    events.emit('order')
  }
  /** Resolves once it has been told so often. */
  const ordered = async (count: number): Promise<void> => { while (told.length < count) await once(events, 'order') }
  const { env } = agent.add({ task: 1, port: 3_000, revision: 7 })
  return { agent, told, ordered, uri: env.ECS_AGENT_URI }
}

/** Where a service logs to, line by line. */
function logTo (heed: (line: Record<string, unknown>) => void): FastifyServerOptions {
  return { logger: { stream: { write: (line: string) => { heed(JSON.parse(line) as Record<string, unknown>) } } } }
}

/** A service that does not listen, where `uri` says that the agent is. */
async function service (t: Test, uri?: string, server: FastifyServerOptions = {}) {
  if (uri !== undefined) process.env.ECS_AGENT_URI = uri
  const app = Fastify(server)
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { signals: false, ecs: { metadata: false } })
  delete process.env.ECS_AGENT_URI
  await app.ready()
  return app
}

t.test('ECS spares the task while its work lasts', async (t) => {
  const { agent, told, ordered, uri } = await ecs(t)
  const app = await service(t, uri)

  const spared = await app.ecsGraceful.protect(async () => agent.protectedUntil(1))
  await ordered(2)

  t.equal(spared, 120 * MINUTE)
  t.equal(agent.protectedUntil(1), undefined)
  t.strictSame(told, [true, false])
})

t.test('tracked work is protected when it asks for that, for as long as it says', async (t) => {
  const { agent, told, ordered, uri } = await ecs(t)
  const app = await service(t, uri)
  const { promise, resolve: end } = deferred<string>()
  const { promise: other, resolve: endOther } = deferred()

  const work = app.ecsGraceful.track('import', promise, { protect: { expiresInMinutes: 300 } })
  await ordered(1)
  t.equal(agent.protectedUntil(1), 300 * MINUTE)
  end('imported')
  await ordered(2)
  void app.ecsGraceful.track('export', other, { protect: true })
  await ordered(3)
  t.equal(agent.protectedUntil(1), 120 * MINUTE)
  endOther()
  await ordered(4)
  await Promise.all([app.ecsGraceful.track('neither', Promise.resolve(), {}), app.ecsGraceful.track('nor', Promise.resolve(), { protect: false })])

  t.equal(work, promise)
  t.strictSame(told, [true, false, true, false])
})

t.test('a drain gives protection up when it begins, not when it ends, and protects nothing anew', async (t) => {
  const { told, ordered, uri } = await ecs(t)
  const app = await service(t, uri)
  const { promise, resolve: end } = deferred()
  await new Promise<void>((resolve) => {
    void app.ecsGraceful.track('import', app.ecsGraceful.protect(() => {
      resolve()
      return promise
    }))
  })

  const report = app.ecsGraceful.shutdown()
  await ordered(2)
  t.not(app.ecsGraceful.phase, 'closed')
  t.equal(await app.ecsGraceful.protect(() => 'unprotected'), 'unprotected')
  end()

  t.match(await report, { outcome: 'drained' })
  t.strictSame(told, [true, false])
})

t.test('two services in one process share what they hold', async (t) => {
  const { agent, told, ordered, uri } = await ecs(t)
  const [shop, admin] = [await service(t, uri), await service(t, uri)]
  const { promise, resolve: end } = deferred()
  const admins = new Promise<void>((resolve) => {
    void admin.ecsGraceful.protect(() => {
      resolve()
      return promise
    })
  })
  await admins

  await shop.ecsGraceful.protect(() => {})
  await shop.ecsGraceful.shutdown()
  t.equal(agent.protectedUntil(1), 120 * MINUTE)
  end()
  await ordered(2)

  t.strictSame(told, [true, false])
})

t.test('a refusal is a warning, once, and a log that fails stops nobody', async (t) => {
  const lines: Array<Record<string, unknown>> = []
  const agent = await StubbornAgent.start(t)
  const blocked = () => agent.answer(200, { failure: { Reason: 'DEPLOYMENT_BLOCKED', Detail: 'There are too many.' } })
  agent.habit = blocked
  const app = await service(t, agent.uri, logTo((line) => lines.push(line)))

  await app.ecsGraceful.protect(() => {})
  await app.ecsGraceful.protect(() => {})
  t.match(lines, [{ level: 40, code: 'DEPLOYMENT_BLOCKED', msg: 'this task is not protected from scale-in: DEPLOYMENT_BLOCKED, There are too many.' }])
  t.equal(lines.length, 1)
  agent.habit = () => agent.answer(400, { error: { Code: 'ClientException', Message: 'No.' } })
  app.log.warn = () => { throw new Error('the disk is full') }

  t.equal(await app.ecsGraceful.protect(() => 'done'), 'done')
})

t.test('giving up that fails is a warning, too', async (t) => {
  const agent = await StubbornAgent.start(t)
  agent.obey()
  const warning = deferred<Record<string, unknown>>()
  const app = await service(t, agent.uri, logTo(warning.resolve))

  await app.ecsGraceful.protect(() => {
    agent.habit = () => agent.answer(400, { error: { Code: 'ClientException', Message: 'No.' } })
  })

  t.match(await warning.promise, { level: 40, code: 'ClientException', msg: /could not be given up, and lasts until it expires: ClientException, No\.$/ })
})

t.test('an agent that is not on this machine is not given orders, and a warning says so', async (t) => {
  const lines: Array<Record<string, unknown>> = []
  const app = await service(t, 'http://10.0.0.1/api/token', logTo((line) => lines.push(line)))

  t.equal(await app.ecsGraceful.protect(() => 'done'), 'done')

  t.match(lines, [{ variable: 'ECS_AGENT_URI', msg: /^this task cannot be protected from scale-in: its host is neither/ }])
  t.notMatch(JSON.stringify(lines), /token/)
})

t.test('what does not fit is refused by name, outside ECS too', async (t) => {
  const app = await service(t)
  const refused = async (options: unknown) => await app.ecsGraceful.protect(t.fail, options as ProtectOptions).catch(({ message }: Error) => message)
  const track = (options: unknown) => () => app.ecsGraceful.track('import', Promise.resolve(), options as TrackOptions)

  t.equal(await refused({ expiresInMinutes: 0 }), 'protect.expiresInMinutes must be a whole number from 1 to 2880, but is 0')
  t.equal(await refused({ expiresInMinutes: 2_881 }), 'protect.expiresInMinutes must be a whole number from 1 to 2880, but is 2881')
  t.equal(await refused({ expiresInMinutes: 1.5 }), 'protect.expiresInMinutes must be a whole number from 1 to 2880, but is 1.5')
  t.equal(await refused({ expiresInMinutes: '60' }), "protect.expiresInMinutes must be a whole number from 1 to 2880, but is '60'")
  t.equal(await refused({ minutes: 60 }), 'there is no option protect.minutes: known are expiresInMinutes')
  t.equal(await refused(60), 'protect must be an object, but is 60')
  t.throws(track({ protect: 60 }), { code: 'FST_ECS_OPTION_INVALID', message: 'track.protect must be true, false or { expiresInMinutes }, but is 60' })
  t.throws(track({ protect: { expiresInMinutes: 0 } }), { message: /^track\.protect\.expiresInMinutes must be a whole number/ })
  t.throws(track({ protected: true }), { code: 'FST_ECS_OPTION_UNKNOWN', message: 'there is no option track.protected: known are protect' })
  t.equal(await app.ecsGraceful.protect(() => 'the bounds are allowed', { expiresInMinutes: 2_880 }), 'the bounds are allowed')
  t.equal(await app.ecsGraceful.protect(() => 'the bounds are allowed', { expiresInMinutes: 1 }), 'the bounds are allowed')
})

t.test('protection that is held keeps no process alive', async (t) => {
  const { told, uri } = await ecs(t)
  const child = new Child(t, { fixture: 'protected.js', env: { ECS_AGENT_URI: uri! }, untouched: true })

  await child.ready()

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.strictSame(told, [true])
})
