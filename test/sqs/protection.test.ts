// Scale-in protection by queues, with the agent of the rehearsal, over real HTTP.
import { EventEmitter, once } from 'node:events'
import t, { type Test } from 'tap'

import { Agent } from '../../lib/rehearsal/task'
import { StubbornAgent } from '../ecs/stubborn-agent'
import { consumerService, short, type ConsumerService, type ServiceOptions } from '../helpers/consumer-service'
import { Sqs } from '../helpers/sqs'

const MINUTE = 60_000

let sqs: Sqs
t.before(async () => { sqs = await Sqs.start(t) })

/** A consumer of a task that the agent at `uri` knows. */
async function inTask (t: Test, uri: string, name: string, options: ServiceOptions): Promise<ConsumerService> {
  process.env.ECS_AGENT_URI = uri
  t.teardown(() => { delete process.env.ECS_AGENT_URI })
  return await consumerService(t, sqs, name, { timings: { ...short, ecs: { metadata: false } }, ...options })
}

t.test('ECS spares the task from the first message that is held to the last', async (t) => {
  const agent = await Agent.start({ now: () => 0 })
  t.teardown(() => agent.close())
  const told: boolean[] = []
  const events = new EventEmitter()
  agent.onProtection = (_task, enabled) => {
    told.push(enabled)
    events.emit('order')
  }
  const { queue, handler } = await inTask(t, agent.add({ task: 1, port: 3_000, revision: 7 }).env.ECS_AGENT_URI!, 'spared', {
    options: { protect: { expiresInMinutes: 60 } }
  })
  t.equal(agent.protectedUntil(1), undefined)

  await queue.send('one')
  await handler.begun('one')
  t.equal(agent.protectedUntil(1), 60 * MINUTE)
  await queue.send('two')
  await handler.begun('two')
  await handler.end('one')
  await sqs.called('DeleteMessageBatch', 1, 'spared')
  t.equal(agent.protectedUntil(1), 60 * MINUTE)
  await handler.end('two')
  while (told.length < 2) await once(events, 'order')

  t.equal(agent.protectedUntil(1), undefined)
  t.strictSame(told, [true, false])
})

t.test('a stop gives protection up at once, and the handler in flight goes on', async (t) => {
  const agent = await StubbornAgent.start(t)
  agent.obey()
  const { app, handler } = await inTask(t, agent.uri, 'released', { sent: ['one'], options: { protect: true } })
  await handler.begun('one')

  const stop = app.ecsGraceful.shutdown()
  await agent.asked(2)
  await handler.end('one')

  t.match(await stop, { outcome: 'drained' })
  t.match(agent.bodies, [/"ProtectionEnabled":true,"ExpiresInMinutes":120/, /"ProtectionEnabled":false/])
})

t.test('a message that waits for the agent when the signal comes has not begun: it is handed back', async (t) => {
  const agent = await StubbornAgent.start(t)
  const { app, queue, handler } = await inTask(t, agent.uri, 'unanswered', { sent: ['one'], options: { protect: true } })
  await agent.asked(1)

  const stop = app.ecsGraceful.shutdown()
  agent.obey()

  t.match(await stop, { outcome: 'drained' })
  t.strictSame(handler.began, [])
  t.match(await queue.receive(), [{ Body: 'one' }])
})
