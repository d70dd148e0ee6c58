import fastifyWebsocket from '@fastify/websocket'
import { EventEmitter, once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import t, { type Test } from 'tap'

import { Upgrades } from '../../../lib/connections/web-sockets/index'
import { atOnce, byHand, echo, mute, service, UPGRADE } from './service'

for (const [kind, add] of [['@fastify/websocket', echo], ['a handler by hand', byHand]] as const) {
  t.test(`${kind}: once the listener is closed, a request to upgrade is answered 503`, async (t) => {
    const { app, port, unheard } = await service(t, atOnce, add)
    const { socket, received } = await mute(t, port, UPGRADE.slice(0, 40))
    const closed = once(socket, 'close')

    const shutdown = app.ecsGraceful.shutdown()
    await unheard()
    socket.write(UPGRADE.slice(40))
    await closed

    t.match(received().toString(), /^HTTP\/1\.1 503 Service Unavailable\r\nConnection: close\r\n/)
    t.match(await shutdown, { outcome: 'drained', webSockets: { told: 0 } })
  })
}

/** A bare server whose requests are answered 200, and followed. */
async function followed (t: Test): Promise<{ server: http.Server, upgrades: Upgrades, port: number }> {
  const server = http.createServer((_request, response) => { response.end('as any other') })
  const upgrades = new Upgrades()
  upgrades.follow(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return { server, upgrades, port: (server.address() as AddressInfo).port }
}

async function answered (t: Test, port: number): Promise<string> {
  const { socket, received } = await mute(t, port, UPGRADE)
  await once(socket, 'data')
  socket.destroy()
  return received().toString()
}

t.test('a server without a handler does as Node does with requests to upgrade: it answers them', async (t) => {
  const { server, upgrades, port } = await followed(t)

  t.match(await answered(t, port), /^HTTP\/1\.1 200/)
  upgrades.refuse()
  t.match(await answered(t, port), /^HTTP\/1\.1 200/)
  t.equal(server.listenerCount('upgrade'), 0)
})

t.test('handlers may come and go: with the last of them nothing is left, and the next is seen again', async (t) => {
  const { server, upgrades, port } = await followed(t)
  const seen: unknown[] = []
  upgrades.onUpgrade = (socket) => seen.push(socket)
  const handler = (_request: unknown, socket: Duplex): void => { socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n') }
  server.on('newListener', () => {}) // somebody else's

  for (let round = 1; round <= 2; round++) {
    server.on('upgrade', handler)
    t.match(await answered(t, port), /^HTTP\/1\.1 101/)
    t.equal(seen.length, round)
    server.off('upgrade', handler)
    t.equal(server.listenerCount('upgrade'), 0)
    t.match(await answered(t, port), /^HTTP\/1\.1 200/)
  }
})

t.test('a handler that was there before is seen as well', async (t) => {
  const server = http.createServer()
  const upgrades = new Upgrades()
  const sockets: Duplex[] = []
  server.on('upgrade', (_request, socket) => {
    sockets.push(socket)
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
  })
  upgrades.follow(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())

  await answered(t, (server.address() as AddressInfo).port)

  t.ok(upgrades.has(sockets[0]!))
  t.equal(upgrades.answer(sockets[0]!), 'switched')
  t.notOk(Object.hasOwn(sockets[0]!, 'write'))
})

t.test('on a server that hands its upgrades to another, each is seen once', async (t) => {
  const { server, upgrades, port } = await followed(t)
  const first = new EventEmitter() as http.Server
  upgrades.follow(first)
  const seen: unknown[] = []
  upgrades.onUpgrade = (socket) => seen.push(socket)
  first.on('upgrade', (_request, socket: Duplex) => { socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n') })
  server.on('upgrade', (...args) => first.emit('upgrade', ...args))

  t.match(await answered(t, port), /^HTTP\/1\.1 101/)
  t.equal(seen.length, 1)
})

t.test('@fastify/websocket finds its own listener where it left it', async (t) => {
  const { app } = await service(t, atOnce, async (app) => { await app.register(fastifyWebsocket) })

  t.equal(app.server.listenerCount('upgrade'), 2)
  await app.close()
  t.equal(app.server.listenerCount('upgrade'), 0)
})

t.test('how a request to upgrade was answered is told by the first bytes, whoever else has a hand in write()', async (t) => {
  const { server, upgrades, port } = await followed(t)
  const answers: string[] = []
  const wrapped: string[] = []
  server.prependListener('upgrade', (_request, socket: Duplex) => {
    const write = socket.write.bind(socket) as (chunk: unknown) => boolean
    socket.write = (chunk: unknown) => { wrapped.push(String(chunk)); return write(chunk) }
  })
  server.on('upgrade', (_request, socket: Duplex) => {
    answers.push(upgrades.answer(socket))
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    answers.push(upgrades.answer(socket))
    socket.write('HTTP/1.1 101')
    answers.push(upgrades.answer(socket))
  })

  await answered(t, port)

  t.strictSame(answers, ['awaited', 'response', 'response'])
  t.strictSame(wrapped, ['HTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.1 101'])
})
