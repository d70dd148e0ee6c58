import Fastify from 'fastify'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'

import { deferred } from '../lib/core/deferred'
import ecsGraceful, { type EcsGracefulOptions } from '../lib/index'
import { Agent } from '../lib/rehearsal/task'
import { brisk } from './helpers/child'
import { get } from './helpers/http'

/** A service that listens, and how it describes itself. */
async function serve (t: Test, options: EcsGracefulOptions) {
  const app = Fastify()
  t.teardown(() => app.close())
  await app.register(ecsGraceful, { ...brisk, signals: false, ...options })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const describe = async () => {
    const { status, body } = await get(port, '/health')
    return { status, body: JSON.parse(body) as Record<string, unknown> & { remaining: { forcePoint: number, hardStop: number } } }
  }
  return { app, describe }
}

/** As in ECS, until the test is over. */
async function inEcs (t: Test): Promise<void> {
  const ecs = await Agent.start({ now: () => performance.now() })
  const { env } = ecs.add({ task: 1, port: 3_000, revision: 7 })
  process.env.ECS_CONTAINER_METADATA_URI_V4 = env.ECS_CONTAINER_METADATA_URI_V4
  t.teardown(async () => {
    delete process.env.ECS_CONTAINER_METADATA_URI_V4
    await ecs.close()
  })
}

t.test('with details, health says how much time a drain has left', async (t) => {
  const { app, describe } = await serve(t, { health: { details: true } })
  t.strictSame(await describe(), { status: 200, body: { status: 'ok', phase: 'ready', checks: {} } })

  const report = app.ecsGraceful.shutdown()
  const { status, body } = await describe()
  await report

  const { forcePoint, hardStop } = body.remaining
  t.equal(status, 503)
  t.strictSame(Object.keys(body), ['status', 'phase', 'checks', 'remaining'])
  t.match(body, { status: 'draining', phase: 'draining' })
  t.equal(hardStop - forcePoint, brisk.closeTimeout)
  t.ok(hardStop > 0 && hardStop <= brisk.stopTimeout - brisk.safetyMargin)
})

t.test('with details, health says which task it is', async (t) => {
  await inEcs(t)
  const { describe } = await serve(t, { health: { details: true } })

  t.strictSame((await describe()).body, { status: 'ok', phase: 'ready', checks: {}, task: { family: 'rehearsal', revision: '7', zone: 'eu-west-1b' } })
})

t.test('without, it says nothing of that, neither ready nor draining', async (t) => {
  await inEcs(t)
  const { app, describe } = await serve(t, {})
  t.strictSame((await describe()).body, { status: 'ok' })

  const report = app.ecsGraceful.shutdown()

  t.strictSame(await describe(), { status: 503, body: { status: 'draining' } })
  await report
})

t.test('a close() that is no drain has no instants', async (t) => {
  const { app } = await serve(t, { health: { details: true } })
  const { promise, resolve } = deferred<unknown>()
  app.ecsGraceful.onDrain(() => { void app.inject('/health').then(({ body }) => resolve(JSON.parse(body))) })

  await app.close()

  t.strictSame(await promise, { status: 'draining', phase: 'closing', checks: {} })
})
