import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'

import { Cause, type Witnesses } from '../../lib/cause'
import { isToStop } from '../../lib/ecs/index'
import { FakeClock } from '../helpers/clock'
import { turn } from '../helpers/turn'
import { ec2, fargate } from './documents'

/** An agent that says this of the task. */
async function agent (t: Test, body: string, status = 200): Promise<string> {
  const server = http.createServer((request, response) => {
    response.writeHead(request.url === '/v4/id/task' ? status : 404).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.close() })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v4/id`
}

t.test('ECS wants a task gone whose desired status is STOPPED, on Fargate and on EC2', async (t) => {
  const stopped = [fargate, ec2].map(({ task }) => JSON.stringify({ ...task, DesiredStatus: 'STOPPED' }))

  for (const body of stopped) t.equal(await isToStop(await agent(t, body)), true)
  for (const { task } of [fargate, ec2]) t.equal(await isToStop(await agent(t, JSON.stringify(task))), false)
})

t.test('what an agent does not say is not known', async (t) => {
  const bodies = ['{"DesiredStatus":"PENDING"}', '{"DesiredStatus":1}', '{}', 'null', '"STOPPED"', 'STOPPED']

  for (const body of bodies) t.equal(await isToStop(await agent(t, body)), null, body)
  t.equal(await isToStop(await agent(t, '{"DesiredStatus":"STOPPED"}', 500)), null)
  for (const uri of [undefined, '', 'x', 'http://10.0.0.1/v4/id', 'http://127.0.0.1:1/v4/id']) t.equal(await isToStop(uri), null)
})

/** A cause whose agent gives these answers, one after the other. */
function asked (answers: Array<boolean | null>, wasSpot: Witnesses['wasSpot'] = async () => null) {
  const clock = new FakeClock()
  const over = new AbortController()
  const cause = new Cause({ isToStop: async () => answers.shift() ?? null, wasSpot }, clock)
  cause.ask(over.signal)
  return { cause, clock, over, answers }
}

t.test('an agent that says it late is believed, and asked no further', async (t) => {
  const { cause, clock, answers } = asked([false, true, false])
  await turn()
  t.equal(cause.ecs, null) // the first wait is none, but it is one

  await clock.advance(0)
  t.equal(cause.ecs, false)
  await clock.advance(1_000)
  t.equal(cause.ecs, true)
  await clock.advance(10_000)

  t.strictSame([cause.ecs, answers], [true, [false]])
  t.equal(clock.waiting, 0)
})

t.test('an agent that has nothing more to say leaves what it said', async (t) => {
  const { cause, clock } = asked([false, null, null])

  await clock.advance(0)
  await clock.advance(1_000)
  await clock.advance(2_000)

  t.equal(cause.ecs, false)
})

t.test('when the drain is over nobody is asked any more, and no timer is left', async (t) => {
  const { cause, clock, over, answers } = asked([false, true])
  await clock.advance(0)

  over.abort()
  await turn()

  t.strictSame([cause.ecs, answers, clock.waiting], [false, [true], 0])
})

t.test('whether it was Spot is taken over when it is known', async (t) => {
  const { cause } = asked([], async () => true)
  t.equal(cause.spot, null)
  await turn()

  t.equal(cause.spot, true)
})
