import Fastify, { type FastifyInstance } from 'fastify'
import diagnosticsChannel from 'node:diagnostics_channel'
import t, { type Test } from 'tap'

import { deferred } from '../../lib/core/deferred'
import ecsGraceful, { type ClientMessage, type EcsGracefulOptions, type PhaseMessage, type ReportMessage } from '../../lib/index'
import { publish } from '../../lib/telemetry/channels'

/** Everything that is said on one of the channels while the test lasts. */
function heard<M> (t: Test, name: 'phase' | 'client' | 'report', heed: (message: M) => void = () => {}): M[] {
  const messages: M[] = []
  const listener = (message: unknown): void => {
    messages.push(message as M)
    heed(message as M)
  }
  diagnosticsChannel.subscribe(`fastify-ecs-graceful:${name}`, listener)
  t.teardown(() => diagnosticsChannel.unsubscribe(`fastify-ecs-graceful:${name}`, listener))
  return messages
}

async function service (t: Test, options: EcsGracefulOptions = {}, lines: object[] = []): Promise<FastifyInstance> {
  const app = Fastify({ logger: { stream: { write: (line: string) => { lines.push(JSON.parse(line) as object) } } } })
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { signals: false, ...options })
  await app.ready()
  return app
}

t.test('every change of phase is published, with what began the stop and how long ago', async (t) => {
  const phases = heard<PhaseMessage>(t, 'phase')

  const app = await service(t)
  await app.ecsGraceful.shutdown()

  t.strictSame(phases.map(({ phase, trigger }) => [phase, trigger]), [
    ['ready', undefined], ['draining', 'shutdown'], ['closing', 'shutdown'], ['closed', 'shutdown']
  ])
  t.equal(phases[0]?.since, undefined)
  t.type(phases[1]?.since, 'number')
  t.ok(phases.slice(1).every(({ since }) => Number.isInteger(since)))
})

t.test('messages say whose they are', async (t) => {
  const phases = heard<PhaseMessage>(t, 'phase')
  const reports = heard<ReportMessage>(t, 'report')
  const [first, second] = await Promise.all([service(t), service(t)])

  await Promise.all([first.ecsGraceful.shutdown(), second.close()])

  t.strictSame(phases.filter(({ app }) => app === first).map(({ phase }) => phase), ['ready', 'draining', 'closing', 'closed'])
  t.strictSame(phases.filter(({ app }) => app === second).map(({ phase }) => phase), ['ready', 'closing', 'closed'])
  t.strictSame(new Set(reports.map(({ app }) => app)), new Set([first, second]))
  t.strictSame(reports.map(({ task }) => task), [null, null])
})

t.test('each client that has ended is published', async (t) => {
  const clients = heard<ClientMessage>(t, 'client')
  const app = await service(t, { resources: { file: () => {}, queue: () => { throw new Error('no') } } })

  const { clients: reported } = await app.ecsGraceful.shutdown()

  t.strictSame(new Set(clients.map(({ client }) => client)), new Set(reported))
  t.strictSame(new Set(clients.map(({ client }) => `${client.name} ${client.outcome}`)), new Set(['file closed', 'queue failed']))
  t.match(clients[0], { app, task: null, since: Number })
})

t.test('the report is published once, as a copy that subscribers may do to what they like', async (t) => {
  const app = await service(t)
  const reports = heard<ReportMessage>(t, 'report', ({ report }) => { Object.assign(report, { outcome: 'spoilt' }) })

  const report = await app.ecsGraceful.shutdown()
  await app.close()

  t.equal(reports.length, 1)
  t.match(reports[0], { report: { version: 1, trigger: 'shutdown', outcome: 'spoilt' } })
  t.match(report, { outcome: 'drained' })
})

t.test('the end waits for what a subscriber has still to send', async (t) => {
  const { promise: sent, resolve } = deferred()
  const app = await service(t)
  const over: string[] = []
  const published = new Promise<void>((resolve) => {
    heard<ReportMessage>(t, 'report', ({ waitUntil }) => {
      waitUntil(sent.then(() => over.push('sent')))
      resolve()
    })
  })

  const ended = app.ecsGraceful.shutdown().then(() => over.push('ended'))
  await published
  resolve()
  await ended

  t.strictSame(over, ['sent', 'ended'])
})

t.test('it does not wait for ever', async (t) => {
  heard<ReportMessage>(t, 'report', ({ waitUntil }) => waitUntil(new Promise(() => {})))
  const app = await service(t, { stopTimeout: 4_000, safetyMargin: 400 })

  t.match(await app.ecsGraceful.shutdown(), { outcome: 'drained' })
})

t.test('what could not be sent is an error in the log, and nothing else', async (t) => {
  const lines: object[] = []
  const app = await service(t, {}, lines)
  heard<ReportMessage>(t, 'report', ({ waitUntil }) => waitUntil(Promise.reject(new Error('the collector is gone'))))

  const report = await app.ecsGraceful.shutdown()

  t.match(lines.at(-1), { level: 50, msg: 'telemetry could not be sent', err: { message: 'the collector is gone' } })
  t.match(report, { outcome: 'drained', errors: [] })
})

t.test('nothing is made for nobody', async (t) => {
  publish(diagnosticsChannel.channel('nobody listens'), () => ({ failed: t.fail() }))
})
