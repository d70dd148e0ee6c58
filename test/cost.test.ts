import Fastify, { type FastifyInstance } from 'fastify'
import diagnosticsChannel from 'node:diagnostics_channel'
import type { EventEmitter } from 'node:events'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'

import ecsGraceful, { type EcsGracefulOptions } from '../lib/index'
import { get } from './helpers/http'
import { turn } from './helpers/turn'

/** A drain of a tenth of a second. */
const brisk: EcsGracefulOptions = { stopTimeout: 10_000, drainDelay: 100, quietPeriod: 100 }

const channels = ['http.server.request.start', 'http.server.response.finish', 'tracing:fastify.request.handler:start']
const subscribed = (): string[] => channels.filter((name) => diagnosticsChannel.channel(name).hasSubscribers)

/** What Fastify can call on the way of a request. */
const perRequest = [
  'onRequest', 'preParsing', 'preValidation', 'preHandler', 'preSerialization', 'onSend', 'onResponse', 'onError', 'onTimeout', 'onRequestAbort'
]
const hooksOf = (app: FastifyInstance): string[] => perRequest.filter((hook) => app.printRoutes({ includeHooks: true }).includes(`(${hook})`))

/** How many listen to each event. */
function listeners (emitter: EventEmitter, names: ReadonlyArray<string | symbol> = emitter.eventNames()): Record<string, number> {
  return Object.fromEntries(names.map((name) => [String(name), emitter.listenerCount(name)]))
}

const handled = ['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection']
const ofProcess = (): Record<string, number> => listeners(process, handled)
const oneMore = (counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count + 1]))

/** All that a handler can find on the objects it is given. */
type Given = Record<'request' | 'reply' | 'incoming' | 'outgoing' | 'socket', ReadonlyArray<string | symbol>> & {
  readonly heard: Record<string, number>
}

/** A real server, listening; without options a bare one. Fastify's own HEAD routes would have a hook, an `onSend`. */
async function serve (t: Test, options?: EcsGracefulOptions): Promise<{ app: FastifyInstance, port: number, given: () => Promise<Given> }> {
  const app = Fastify({ exposeHeadRoutes: false })
  t.teardown(() => app.close())
  if (options) await app.register(ecsGraceful, options)
  let given: Given
  app.get('/orders/:id', async (request, reply) => {
    given = {
      request: Reflect.ownKeys(request),
      reply: Reflect.ownKeys(reply),
      incoming: Reflect.ownKeys(request.raw),
      outgoing: Reflect.ownKeys(reply.raw),
      socket: Reflect.ownKeys(request.raw.socket),
      heard: listeners(request.raw.socket)
    }
    return { id: 1 }
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    app,
    port,
    async given () {
      await get(port, '/orders/1')
      return given
    }
  }
}

t.test('While the task is ready, the plugin does nothing per request', async (t) => {
  const bare = await serve(t)
  const { app, port } = await serve(t, brisk)

  await get(port, '/orders/1')

  t.equal(app.ecsGraceful.phase, 'ready')
  const heard = listeners(bare.app.server)
  const others = { connection: heard.connection! + 1, newListener: 1, removeListener: 1 }
  t.strictSame(listeners(app.server), { ...heard, ...others }, 'listeners for connections, and for those who add and remove listeners, but not for requests')
  t.strictSame(hooksOf(app), [], 'no hook is on the way of a request, on any route')
  t.strictSame(subscribed(), [], 'nobody listens to the channels of Node or Fastify')
})

t.test('a handler is given the same request, reply and socket as without the plugin', async (t) => {
  const bare = await serve(t)
  const plugged = await serve(t, brisk)

  const expected = await bare.given()
  const given = await plugged.given()

  t.strictSame(given, { ...expected, heard: { ...expected.heard, close: expected.heard.close! + 1 } }, 'but for one who waits for the socket to close')
})

t.test('no method of the server is replaced', async (t) => {
  const bare = await serve(t)
  const { app } = await serve(t, brisk)
  const methods = (server: object): unknown[] => Reflect.ownKeys(server).filter((key) => typeof Reflect.get(server, key) === 'function')

  t.strictSame(methods(app.server), methods(bare.app.server))
})

t.test('what these tests look for can be found: a hook, and the channels while draining', async (t) => {
  const { app } = await serve(t, brisk)
  const hooked = Fastify()
  for (const hook of perRequest) hooked.addHook(hook as 'onRequest', (_request, _reply, done) => done())
  hooked.get('/', async () => 'ok')
  await hooked.ready()

  const report = app.ecsGraceful.shutdown()

  t.strictSame(hooksOf(hooked), perRequest)
  t.strictSame(subscribed(), ['http.server.request.start', 'http.server.response.finish'])
  await report
})

t.test('after a drain nothing of the plugin is left in the process', async (t) => {
  const before = ofProcess()
  const { app, port } = await serve(t, brisk)
  t.strictSame(ofProcess(), oneMore(before))
  await get(port, '/orders/1')

  const report = await app.ecsGraceful.shutdown()
  await turn()

  t.match(report, { trigger: 'shutdown', outcome: 'drained' })
  t.strictSame(ofProcess(), before)
  t.strictSame(subscribed(), [])
})

t.test('after app.close() nothing of the plugin is left in the process', async (t) => {
  const before = ofProcess()
  const { app, port } = await serve(t, brisk)
  await get(port, '/orders/1')

  await app.close()
  await turn()

  t.strictSame(ofProcess(), before)
  t.strictSame(subscribed(), [])
})

t.test('with signals: false the process gets no listener at all', async (t) => {
  const before = ofProcess()

  await serve(t, { ...brisk, signals: false })

  t.strictSame(ofProcess(), before)
})

t.test('instances in one process share its listeners, until the last is closed', async (t) => {
  const before = ofProcess()
  const first = await serve(t, brisk)
  const second = await serve(t, brisk)
  t.strictSame(ofProcess(), oneMore(before), 'two have one each')

  await first.app.close()
  await turn()
  t.strictSame(ofProcess(), oneMore(before), 'the second still has it')
  await second.app.close()
  await turn()

  t.strictSame(ofProcess(), before)
})

t.test('eleven instances drain in one process without a warning', async (t) => {
  const warnings: Error[] = []
  const warned = (warning: Error): void => { warnings.push(warning) }
  process.on('warning', warned)
  t.teardown(() => process.off('warning', warned))
  const before = ofProcess()
  const services = await Promise.all(Array.from({ length: 11 }, () => serve(t, brisk)))
  t.strictSame(ofProcess(), oneMore(before))

  const reports = await Promise.all(services.map(({ app }) => app.ecsGraceful.shutdown()))
  await turn()

  t.strictSame(reports.map(({ outcome }) => outcome), Array.from({ length: 11 }, () => 'drained'))
  t.strictSame(warnings, [])
  t.strictSame(ofProcess(), before)
  t.strictSame(subscribed(), [])
})

t.test('an instance whose start fails leaves nothing in the process once it is closed', async (t) => {
  const before = ofProcess()
  const app = Fastify()
  await app.register(ecsGraceful, brisk)
  app.addHook('onReady', async () => { throw new Error('no database') })
  await t.rejects(async () => { await app.ready() }, { message: 'no database' })

  await app.close()
  await turn()

  t.strictSame(ofProcess(), before)
})

t.test('an instance that is closed before it was ready leaves nothing in the process', async (t) => {
  const before = ofProcess()
  const app = Fastify()
  await app.register(ecsGraceful, brisk)

  await app.close()
  await turn()

  t.strictSame(ofProcess(), before)
})

t.test('an instance whose plugins fail to load leaves nothing in the process once it is closed', async (t) => {
  const before = ofProcess()
  const app = Fastify()
  void app.register(ecsGraceful, brisk)
  void app.register(async () => { throw new Error('no configuration') })
  await t.rejects(async () => { await app.ready() }, { message: 'no configuration' })

  await app.close()
  await turn()

  t.strictSame(ofProcess(), before)
})
