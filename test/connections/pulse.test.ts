import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { mock } from 'node:test'
import t, { type Test } from 'tap'

import { Pulse } from '../../lib/connections/pulse'
import { Sockets } from '../../lib/connections/sockets'
import { FakeClock } from '../helpers/clock'
import { Wire } from '../helpers/http'

/** A server whose health route tells the pulse of its probes. */
async function watched (t: Test) {
  const clock = new FakeClock()
  const sockets = new Sockets()
  const server = http.createServer((request, response) => {
    if (request.url === '/health') pulse.probed(request)
    response.end('ok')
  })
  sockets.follow(server)
  const pulse = new Pulse(sockets, clock)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => {
    pulse.stop()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  /** Looks now, and says how long it has been quiet a while later. */
  const quietAfter = async (ms: number): Promise<number> => {
    t.equal(pulse.quietFor, 0)
    await clock.advance(ms)
    return pulse.quietFor
  }
  return { clock, server, pulse, quietAfter, open: () => Wire.open(t, port) }
}

const ask = async (wire: Wire, path: string, headers = ''): Promise<void> => {
  wire.received = ''
  wire.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${headers}\r\n`)
  await wire.until('ok')
}

t.test('nothing has been quiet for longer than it has been watched', async (t) => {
  const { clock, pulse } = await watched(t)

  t.equal(pulse.quietFor, 0)
  await clock.advance(700)
  t.equal(pulse.quietFor, 700)
})

t.test('a request on a connection that was there before ends the quiet', async (t) => {
  const { clock, pulse, quietAfter, open } = await watched(t)
  const wire = await open()
  await ask(wire, '/')
  t.equal(await quietAfter(9_000), 9_000)

  await ask(wire, '/')

  t.equal(pulse.quietFor, 0)
  await clock.advance(2_000)
  t.equal(pulse.quietFor, 2_000)
})

t.test('a connection that came and went between two looks ends it too', async (t) => {
  const { server, pulse, quietAfter, open } = await watched(t)
  t.equal(await quietAfter(5_000), 5_000)

  const accepted = once(server, 'connection')
  const wire = await open()
  const [socket] = await accepted
  await ask(wire, '/', 'connection: close\r\n')
  await wire.closed
  if (!socket.closed) await once(socket, 'close')

  t.equal(pulse.quietFor, 0)
})

t.test('so does one that has gone since the last look: it may have carried a request', async (t) => {
  const { server, pulse, quietAfter, open } = await watched(t)
  const accepted = once(server, 'connection')
  const wire = await open()
  const [socket] = await accepted
  await ask(wire, '/')
  t.equal(await quietAfter(5_000), 5_000)

  wire.socket.destroy()
  if (!socket.closed) await once(socket, 'close')

  t.equal(pulse.quietFor, 0)
})

t.test('health probes are no traffic, on a connection each or on one that is kept', async (t) => {
  const { server, pulse, quietAfter, open } = await watched(t)
  const kept = await open()
  await ask(kept, '/health')
  t.equal(await quietAfter(5_000), 5_000)

  await ask(kept, '/health')
  const accepted = once(server, 'connection')
  const single = await open()
  const [socket] = await accepted
  await ask(single, '/health', 'connection: close\r\n')
  await single.closed
  if (!socket.closed) await once(socket, 'close')

  t.equal(pulse.quietFor, 5_000)
})

t.test('a request on the connection of a probe is traffic', async (t) => {
  const { pulse, quietAfter, open } = await watched(t)
  const wire = await open()
  await ask(wire, '/health')
  t.equal(await quietAfter(5_000), 5_000)

  await ask(wire, '/')

  t.equal(pulse.quietFor, 0)
})

t.test('it looks once a second by itself, until it is stopped', async (t) => {
  mock.timers.enable({ apis: ['setInterval'] })
  t.teardown(() => mock.timers.reset())
  const clock = new FakeClock()
  const sockets = new Sockets()
  const pulse = new Pulse(sockets, clock)
  await clock.advance(400)
  sockets.opened++ // one that came, and went before anybody asked

  mock.timers.tick(1_000)
  await clock.advance(600)
  t.equal(pulse.quietFor, 600)

  pulse.stop()
  sockets.opened++
  mock.timers.tick(1_000)
  await clock.advance(400)
  t.equal(pulse.quietFor, 0)
})
