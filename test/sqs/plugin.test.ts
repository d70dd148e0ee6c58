import Fastify from 'fastify'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'

import ecsGraceful from '../../lib/index'
import byDefault, { sqs as named } from '../../lib/sqs/index'
import required = require('../../lib/sqs/index')
import { credentials, Sqs } from '../helpers/sqs'
import { Handler } from '../helpers/handler'

const queueUrl = 'https://sqs.eu-west-1.amazonaws.com/123456789012/orders'
const handler = (): void => {}

t.test('the door gives the plugin itself, by default and by name', async (t) => {
  t.strictSame([byDefault === required, named === required, required.default === required, required.sqs === required], [true, true, true, true])
})

t.test('every public type is defined once, in types/sqs.d.ts, and passed on by the door', async (t) => {
  const read = (file: string): string => readFileSync(path.join(__dirname, '../..', file), 'utf8')
  const defined = [...read('types/sqs.d.ts').matchAll(/^export (?:type|interface) (\w+)/gm)].map(([, type]) => type!)
  const door = [...read('lib/sqs/index.ts').matchAll(/^ {2}export (.*)$/gm)].map(([, line]) => line)

  t.strictSame(door.toSorted(), defined.map((type) => `type ${type} = types.${type}`).toSorted())
})

t.test('without the plugin that drains it is refused', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())

  await t.rejects(async () => await app.register(byDefault, { name: 'orders', queueUrl, handler }), /fastify-ecs-graceful/)
})

t.test('queues are found by their names, each of which is given once', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { signals: false })
  await app.register(byDefault, { name: 'orders', queueUrl, handler })
  await app.register(byDefault, { name: 'constructor', queueUrl, handler })

  await t.rejects(async () => await app.register(byDefault, { name: 'orders', queueUrl, handler }), { code: 'FST_ECS_SQS_NAME_TAKEN', message: /a queue orders already/ })
  t.strictSame(Object.keys(app.sqs), ['orders', 'constructor'])
  t.match(app.sqs.orders, { name: 'orders', queueUrl, state: 'waiting', inFlight: 0, handled: 0, failed: 0, handedBack: 0, error: null })
})

t.test('options are refused at register', async (t) => {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { signals: false })

  await t.rejects(async () => await app.register(byDefault, { name: 'orders', queueUrl: 'orders', handler }), { code: 'FST_ECS_OPTION_INVALID' })
})

t.test('a consumer that is paused before it begins polls only when it is told to', async (t) => {
  const sqs = await Sqs.start(t)
  const { url } = sqs.create('later')
  const app = Fastify()
  await app.register(ecsGraceful, { signals: false })
  await app.register(byDefault, { name: 'later', queueUrl: url, handler, client: sqs.client(t), waitTimeSeconds: 1 })
  const later = app.sqs.later!
  later.pause()
  await app.ready()
  await sqs.called('GetQueueAttributes', 1, 'later')
  t.strictSame([later.state, sqs.calls.map(({ action }) => action)], ['paused', ['GetQueueAttributes']])

  later.resume()

  await sqs.called('ReceiveMessage', 1, 'later')
  await app.close()
})

t.test('a client of the plugin\'s own finds the queue by its URL, and the rest in the environment, and is gone with the application', async (t) => {
  const before = { ...process.env }
  Object.assign(process.env, credentials)
  t.teardown(() => { process.env = before })
  const sqs = await Sqs.start(t)
  const queue = sqs.create('own')
  const own = new Handler()
  const app = Fastify()
  await app.register(ecsGraceful, { signals: false })
  await app.register(byDefault, { name: 'own', queueUrl: queue.url, handler: own.handle, waitTimeSeconds: 1 })
  await app.ready()

  await queue.send('one')
  await own.end('one')
  await app.close()

  await sqs.left()
  t.match(app.sqs.own, { state: 'stopped', handled: 1 })
})
