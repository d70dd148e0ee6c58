import Fastify from 'fastify'
import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import t from 'tap'

import ecsGraceful from '../../lib/index'
import { brisk } from '../helpers/child'

/** A service whose handler holds every request until `release`; `arrived(n)` resolves when so many are held. */
async function holding (timings: object) {
  const app = Fastify()
  await app.register(ecsGraceful, { ...brisk, drainDelay: 0, quietPeriod: 0, signals: false, ...timings })
  const held: Array<() => void> = []
  app.get('/held/:id', async (request) => {
    await new Promise<void>((resolve) => {
      held.push(resolve)
      app.server.emit('held')
    })
    return { id: (request.params as { id: string }).id }
  })
  app.get('/large', async () => Buffer.alloc(20_000_000))
  await app.listen({ port: 0, host: '127.0.0.1' })
  return {
    app,
    port: (app.server.address() as AddressInfo).port,
    arrived: async (count: number) => { while (held.length < count) await once(app.server, 'held') },
    release: () => { for (const resolve of held) resolve() }
  }
}

t.test('the report names the first hundred requests that were cut, and counts the rest', async (t) => {
  const { app, port, arrived, release } = await holding({ gracePeriod: 0, maxDrainDelay: 0, stopTimeout: 5_000 })
  const requests = Array.from({ length: 103 }, (_, id) => http.get({ port, host: '127.0.0.1', path: `/held/${id}` }))
  const cut = requests.map(async (request) => await once(request, 'error'))
  await arrived(requests.length)

  const report = await app.ecsGraceful.shutdown()
  release()

  t.equal(report.cut.requests.length, 100)
  t.equal(report.cut.unnamed, 3)
  t.ok(report.cut.requests.every(({ method, route }) => method === 'GET' && route === '/held/:id'))
  await Promise.all(cut)
})

t.test('an answer that could not be written is not counted as served', async (t) => {
  const { app, port, arrived, release } = await holding({})
  const stays = net.connect(port, '127.0.0.1').setEncoding('utf8')
  const leaves = net.connect(port, '127.0.0.1')
  stays.write('GET /held/1 HTTP/1.1\r\nHost: x\r\n\r\n')
  leaves.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n')
  await Promise.all([arrived(1), once(leaves, 'readable')])

  const shutdown = app.ecsGraceful.shutdown()
  leaves.resetAndDestroy()
  release()
  const answer = await stays.reduce((text: string, chunk: string) => text + chunk, '')

  t.match(answer, /^HTTP\/1.1 200 /)
  t.match(await shutdown, { served: 1 })
})
