import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import timers from 'node:timers/promises'
import t from 'tap'

import { Connections } from '../../lib/connections/index'
import { FakeClock } from '../helpers/clock'
import { Wire } from '../helpers/http'

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
/** Longer than a header may take. */
const LAME_DUCK = 6_000

t.test('a header that begins as the listener closes has all of its time, however long its connection was idle', async (t) => {
  const clock = new FakeClock()
  const connections = new Connections({
    clock, isProbe: () => false, routeOf: () => '/', watchWhileReady: false, webSockets: { code: 1012, perSecond: 100, goodbye: undefined, onError: () => {} }
  })
  const server = http.createServer((_request, response) => response.end('served'))
  t.teardown(() => server.close())
  connections.follow(server)
  const connected = once(server, 'connection') as Promise<[Socket]>
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const wire = await Wire.open(t, (server.address() as AddressInfo).port)
  const [socket] = await connected
  wire.write(GET)
  await wire.until('served')

  connections.watch()
  clock.stall(LAME_DUCK)
  const before = socket.bytesRead
  wire.write(GET.slice(0, 20))
  while (socket.bytesRead === before) await timers.setImmediate()
  connections.sweep()
  wire.received = ''
  wire.write(GET.slice(20))
  await wire.until('served')

  t.match(wire.received, /^HTTP\/1\.1 200 OK\r\nconnection: close/)
  await wire.closed
})
