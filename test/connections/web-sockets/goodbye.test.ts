import fastifyWebsocket from '@fastify/websocket'
import { once } from 'node:events'
import type { IncomingMessage, Server } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import timers from 'node:timers/promises'
import t from 'tap'
import { WebSocketServer } from 'ws'

import type { WebSocketPeer } from '../../../types/index'
import { turn } from '../../helpers/turn'
import { atOnce, byHand, connect, echo, handshake, hasty, mute, patient, service, UPGRADE } from './service'

const CLOSE_1012 = Buffer.from([0x88, 2, 0x03, 0xf4])

t.test('clients of @fastify/websocket are told 1012, and its preClose does not undo it', async (t) => {
  const { app, port } = await service(t, atOnce, echo)
  const clients = await Promise.all(Array.from({ length: 5 }, () => connect(t, port)))

  const shutdown = app.ecsGraceful.shutdown()

  t.strictSame((await Promise.all(clients.map(({ closed }) => closed))).map(({ code }) => code), [1012, 1012, 1012, 1012, 1012])
  t.match(await shutdown, { outcome: 'drained', webSockets: { told: 5 }, cut: { upgraded: 0 } })
})

t.test('goodbyes are spread over the drain delay; until its own a WebSocket goes on as before, and whoever comes meanwhile is told as well', async (t) => {
  const { app, port } = await service(t, { ...patient, drainDelay: 1_000, maxDrainDelay: 2_000, quietPeriod: 0 }, echo)
  const clients = await Promise.all(Array.from({ length: 10 }, () => connect(t, port)))
  const at: number[] = []
  for (const { client } of clients) client.on('close', () => at.push(performance.now()))

  const shutdown = app.ecsGraceful.shutdown()
  await turn()
  t.strictSame(at, [])
  clients[9]!.client.send('still there?')
  t.match(await once(clients[9]!.client, 'message'), [Buffer.from('still there?')])
  const late = await connect(t, port)

  const all = await Promise.all([...clients, late].map(({ closed }) => closed))
  t.strictSame(all.map(({ code }) => code), Array(11).fill(1012))
  t.equal(new Set(at).size, 10)
  t.match(await shutdown, { outcome: 'drained', webSockets: { told: 11 } })
})

t.test('the goodbye hook has its say before the close frame, and the last message arrives', async (t) => {
  const goodbye = async ({ send }: WebSocketPeer): Promise<void> => {
    send('first')
    await turn()
    send('last')
  }
  const { app, port } = await service(t, { ...atOnce, webSockets: { code: 4001, goodbye } }, echo)
  const { closed } = await connect(t, port)

  const shutdown = app.ecsGraceful.shutdown()

  t.strictSame(await closed, { code: 4001, messages: ['first', 'last'] })
  t.match(await shutdown, { outcome: 'drained', errors: [] })
})

t.test('what was sent before the goodbye arrives before it, compressed and large as it may be', async (t) => {
  const large = 'x'.repeat(3_000_000)
  const { app, port } = await service(t, atOnce, (app) => {
    const server = new WebSocketServer({ server: app.server, perMessageDeflate: { threshold: 0 } })
    server.on('connection', (socket) => {
      app.ecsGraceful.onDrain(() => { socket.send(large) })
    })
  })
  const { closed } = await connect(t, port)

  void app.ecsGraceful.shutdown()

  const { code, messages } = await closed
  t.equal(code, 1012)
  t.strictSame(messages.map(({ length }) => length), [3_000_000])
})

for (const [how, goodbye] of [
  ['throws', () => { throw new Error('no words') }],
  ['rejects', async () => { throw new Error('no words') }]
] as const) {
  t.test(`a goodbye hook that ${how} keeps nobody from being told, and is named in the report`, async (t) => {
    const { app, port } = await service(t, { ...atOnce, webSockets: { goodbye } }, echo)
    const { closed } = await connect(t, port)

    const shutdown = app.ecsGraceful.shutdown()

    t.match(await closed, { code: 1012 })
    t.match(await shutdown, { outcome: 'failed', errors: [{ code: 'webSockets.goodbye', message: 'no words' }] })
  })
}

t.test('a goodbye hook that never ends holds the close frame up for a second at most', async (t) => {
  const { app, port } = await service(t, { ...atOnce, webSockets: { goodbye: () => new Promise(() => {}) } }, echo)
  const { closed } = await connect(t, port)

  const shutdown = app.ecsGraceful.shutdown()

  t.match(await closed, { code: 1012 })
  t.match(await shutdown, { outcome: 'drained' })
})

t.test('who does not heed the goodbye is counted, and cut at the force point', async (t) => {
  const { app, port } = await service(t, hasty, echo)
  const { socket, received } = await mute(t, port)
  while (!received().includes('\r\n\r\n')) await once(socket, 'data')
  const closed = once(socket, 'close')

  const report = await app.ecsGraceful.shutdown()

  t.match(report, { outcome: 'cut', webSockets: { told: 1 }, cut: { requests: [], upgraded: 1 } })
  await closed
  t.ok(received().includes(CLOSE_1012))
})

t.test('a handler without any library: its clients get a close frame of ours, and messages of the hook', async (t) => {
  const text = 'x'.repeat(200)
  const { app, port } = await service(t, { ...atOnce, webSockets: { goodbye: ({ send }) => send(text) } }, byHand)
  const { closed } = await connect(t, port)

  const shutdown = app.ecsGraceful.shutdown()

  t.strictSame(await closed, { code: 1012, messages: [text] })
  t.match(await shutdown, { outcome: 'drained', webSockets: { told: 1 } })
})

t.test('a handler by hand that goes on writing after the goodbye loses neither the close frame nor what the client still says', async (t) => {
  const errors: unknown[] = []
  const heard: string[] = []
  const { app, port } = await service(t, atOnce, (app) => {
    app.server.on('upgrade', (request, socket: Duplex) => {
      socket.write(handshake(request))
      const ticks = setInterval(() => { socket.write(Buffer.from([0x81, 2, 0x68, 0x69])) }, 2)
      socket.on('error', (error) => errors.push(error)).on('data', (chunk) => heard.push(String(chunk)))
      socket.on('close', () => clearInterval(ticks)).on('end', () => socket.end('\x81\x02ho'))
    })
  })
  const { socket, received } = await mute(t, port)
  while (!received().includes('hi')) await once(socket, 'data')

  const shutdown = app.ecsGraceful.shutdown()
  while (!received().includes(CLOSE_1012)) await once(socket, 'data')
  await timers.setTimeout(50)
  socket.end('still here')
  await once(socket, 'close')

  t.ok(received().subarray(-4).equals(CLOSE_1012))
  t.strictSame(errors, [])
  t.strictSame(heard, ['still here'])
  t.match(await shutdown, { outcome: 'drained', webSockets: { told: 1 } })
})

t.test('a client of a handler by hand that leaves the end to us does not wait long', async (t) => {
  const { app, port } = await service(t, atOnce, byHand)
  const { socket, received } = await mute(t, port)
  while (!received().includes('\r\n\r\n')) await once(socket, 'data')
  const ended = once(socket, 'end')

  const shutdown = app.ecsGraceful.shutdown()
  await ended

  const { outcome, durations } = await shutdown
  t.equal(outcome, 'drained')
  t.ok(durations.closing < 1_000, `${durations.closing} ms`)
})

t.test('a socket that somebody pipes into is left alone: it may be in the midst of a frame', async (t) => {
  const backend = net.createServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x7ehalf'))
  }).listen(0, '127.0.0.1')
  await once(backend, 'listening')
  t.teardown(() => backend.close())
  const { app, port } = await service(t, hasty, (app) => {
    app.server.on('upgrade', (_request, socket: Duplex) => {
      const upstream = net.connect((backend.address() as AddressInfo).port, '127.0.0.1')
      socket.on('error', () => {}).on('close', () => upstream.destroy())
      upstream.write('GET / HTTP/1.1\r\n\r\n')
      upstream.on('error', () => {}).pipe(socket).pipe(upstream)
    })
  })
  const { socket, received } = await mute(t, port)
  while (!received().includes('half')) await once(socket, 'data')

  const report = await app.ecsGraceful.shutdown()

  t.ok(received().toString('latin1').endsWith('half'))
  t.match(report, { outcome: 'cut', webSockets: { told: 0 }, cut: { upgraded: 1 } })
})

type Handler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

for (const [how, handle] of [
  ['listens for new listeners too', (server, handler) => server.on('newListener', () => {}).on('upgrade', handler).off('upgrade', handler).on('upgrade', handler)],
  ['has removed our listener for them', (server, handler) => server.removeAllListeners('newListener').on('upgrade', handler)],
  ['has removed all of ours', (server, handler) => {
    server.on('upgrade', handler).removeAllListeners('removeListener').removeAllListeners('upgrade').on('upgrade', handler)
  }]
] as ReadonlyArray<[string, (server: Server, handler: Handler) => void]>) {
  t.test(`clients of ws are told although somebody ${how}`, async (t) => {
    const { app, port } = await service(t, atOnce, (app) => {
      const server = new WebSocketServer({ noServer: true })
      handle(app.server, (request, socket, head) => { server.handleUpgrade(request, socket, head, () => {}) })
    })
    const { closed } = await connect(t, port)

    const shutdown = app.ecsGraceful.shutdown()

    t.match(await closed, { code: 1012 })
    t.match(await shutdown, { outcome: 'drained', webSockets: { told: 1 } })
  })
}

t.test('what has left HTTP for something else is not spoken to', async (t) => {
  const { app, port } = await service(t, hasty, (app) => {
    app.server.on('upgrade', (_request, socket: Duplex) => {
      socket.on('error', () => {}).resume()
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\n\r\n')
    })
  })
  const { socket, received } = await mute(t, port, UPGRADE.replace('websocket', 'chat'))
  while (!received().includes('\r\n\r\n')) await once(socket, 'data')

  t.match(await app.ecsGraceful.shutdown(), { webSockets: { told: 0 }, cut: { upgraded: 1 } })
  t.ok(received().toString().endsWith('\r\n\r\n'))
})

t.test('a plain response to a request to upgrade has no frame of ours in it', async (t) => {
  let finish = (): void => {}
  const { app, port } = await service(t, atOnce, async (app) => {
    app.get('/', (_request, reply) => {
      reply.hijack()
      reply.raw.writeHead(200, { 'content-length': 8 })
      reply.raw.write('half')
      finish = () => { reply.raw.end('half') }
    })
    await app.register(fastifyWebsocket)
  })
  const { socket, received } = await mute(t, port)
  while (!received().includes('half')) await once(socket, 'data')

  const shutdown = app.ecsGraceful.shutdown()
  await timers.setTimeout(200)
  finish()
  while (!received().includes('halfhalf')) await once(socket, 'data')
  socket.end()

  t.ok(received().toString('latin1').endsWith('halfhalf'))
  t.match(await shutdown, { webSockets: { told: 0 } })
})

t.test('a handshake that is under way is answered first, and told then', async (t) => {
  let answer = (): void => {}
  const { app, port, unheard } = await service(t, atOnce, (app) => {
    app.server.on('upgrade', (request, socket: Duplex) => {
      socket.on('error', () => {}).resume()
      answer = () => { socket.write(handshake(request)) }
      app.server.emit('asked')
    })
  })
  const asked = once(app.server, 'asked')
  const { socket, received } = await mute(t, port)
  await asked

  const shutdown = app.ecsGraceful.shutdown()
  await unheard()
  t.equal(received().length, 0)
  answer()
  while (!received().includes(CLOSE_1012)) await once(socket, 'data')
  socket.end()

  t.match(received().toString('latin1'), /^HTTP\/1\.1 101 .*\r\n\r\n/s)
  t.ok(received().subarray(-4).equals(CLOSE_1012))
  t.match(await shutdown, { outcome: 'drained', webSockets: { told: 1 } })
})

t.test('requests to upgrade are traffic: as long as they come, the balancer has not looked away', async (t) => {
  const { app, port } = await service(t, { ...patient, stopTimeout: 10_000, drainDelay: 200, quietPeriod: 200, maxDrainDelay: 1_500 }, echo)

  const shutdown = app.ecsGraceful.shutdown()
  while (app.ecsGraceful.phase === 'draining') {
    const { client } = await connect(t, port)
    client.terminate()
  }

  t.match(await shutdown, { left: 'limit' })
})

t.test('close() without a signal says 1012 too, not nothing', async (t) => {
  const { app, port } = await service(t, atOnce, echo)
  const clients = await Promise.all([connect(t, port), connect(t, port)])

  await app.close()

  for (const { closed } of clients) t.match(await closed, { code: 1012 })
})

for (const [how, webSockets] of [
  ['a hook that takes its time', { goodbye: async ({ send }: WebSocketPeer) => { await timers.setTimeout(100); send('bye') } }],
  ['a limit', { perSecond: 5 }]
] as const) {
  t.test(`close() without a signal waits for the goodbyes that are under way: ${how}`, async (t) => {
    const { app, port } = await service(t, { ...atOnce, webSockets }, echo)
    const clients = await Promise.all(Array.from({ length: 7 }, () => connect(t, port)))

    await app.close()

    const codes = (await Promise.all(clients.map(({ closed }) => closed))).map(({ code }) => code)
    t.strictSame(codes, Array(7).fill(1012))
  })
}
