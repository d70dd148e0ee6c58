import http from 'node:http'
import net from 'node:net'
import { once } from 'node:events'
import t, { type Test } from 'tap'

import { BalancerNode, CAUSE } from '../../lib/rehearsal/node'
import type { Target } from '../../lib/rehearsal/target'
import { get, type Answer } from '../helpers/http'
import { asked, checkedOften, checkedOnce, deadPort, listening, named, until } from './fixtures/servers'

t.jobs = 8

const address = process.platform === 'linux' ? '127.0.0.7' : '127.0.0.1'

/** A node in front of the given ports, each healthy or not as its first check says. */
async function nodeBefore (t: Test, ports: readonly number[], healthCheck = checkedOnce): Promise<{ port: number, targets: Target[] }> {
  const node = new BalancerNode({ address, healthCheck, random: () => 0 })
  t.teardown(() => node.close())
  return { port: await node.listen(), targets: ports.map((port) => node.register(port)) }
}

/** A server that does as it likes with every connection on which something other than a health check comes. */
async function rude (t: Test, behave: (socket: net.Socket) => void): Promise<{ port: number, heard: string[] }> {
  const heard: string[] = []
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.setEncoding('utf8').on('error', () => {}).on('data', (text: string) => {
      if (text.startsWith('GET /health')) return socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      heard.push(text)
      behave(socket)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as net.AddressInfo).port, heard }
}

const bodies = (answers: readonly Answer[]) => answers.map(({ body }) => body)

async function inTurn (port: number, times: number): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let time = 0; time < times; time++) answers.push(await get(port, '/'))
  return answers
}

t.test('without a target it answers 503 and says why', { buffered: true }, async (t) => {
  const { port } = await nodeBefore(t, [])

  t.match(await get(port, '/'), { status: 503, headers: { [CAUSE]: 'no target' } })
})

t.test('the healthy take turns', { buffered: true }, async (t) => {
  const [one, two] = [await listening(t, named('one')), await listening(t, named('two'))]
  const { port, targets } = await nodeBefore(t, [one.port, two.port])
  await until(() => targets.every(({ health }) => health === 'healthy'))

  t.strictSame(bodies(await inTurn(port, 5)), ['one', 'two', 'one', 'two', 'one'])
})

t.test('a target that is not healthy is left out as long as another is', { buffered: true }, async (t) => {
  const [one, two] = [await listening(t, named('one', 503)), await listening(t, named('two'))]
  const { port, targets } = await nodeBefore(t, [one.port, two.port])
  await until(() => targets[1]!.health === 'healthy')

  t.strictSame(bodies(await inTurn(port, 3)), ['two', 'two', 'two'])
  t.strictSame(asked(one), [])
})

t.test('where none is healthy all are asked', { buffered: true }, async (t) => {
  let status = 200
  const failing = (name: string): http.RequestListener => (request, response) => named(name, status)(request, response)
  const [one, two] = [await listening(t, failing('one')), await listening(t, failing('two'))]
  const { port, targets } = await nodeBefore(t, [one.port, two.port], checkedOften)
  await until(() => targets.every(({ health }) => health === 'healthy'))

  status = 503
  await until(() => targets.every(({ health }) => health === 'unhealthy'))

  t.strictSame(bodies(await inTurn(port, 4)).sort(), ['one', 'one', 'two', 'two'])
})

t.test('a refused connect is a 502 with its cause, though another target would have answered', { buffered: true }, async (t) => {
  const server = await listening(t, named('one'))
  const { port, targets } = await nodeBefore(t, [await deadPort(t), server.port])
  await until(() => targets[1]!.health === 'healthy')
  targets[0]!.health = 'healthy' // as this node still believes

  const answers = await inTurn(port, 2)

  t.match(answers, [{ status: 502, headers: { [CAUSE]: 'ECONNREFUSED' } }, { status: 200, body: 'one' }])
  t.equal(asked(server).length, 1)
})

t.test('what is cut before its header is a 502 with its cause, and is asked once only', { buffered: true }, async (t) => {
  const { port: target, heard } = await rude(t, (socket) => socket.destroy())
  const { port } = await nodeBefore(t, [target])

  t.match(await get(port, '/'), { status: 502, headers: { [CAUSE]: 'ECONNRESET' } })
  t.equal(heard.length, 1)
})

t.test('a kept connection that is closed under a request is a 502, and is asked once only', { buffered: true }, async (t) => {
  const { port: target, heard } = await rude(t, (socket) => {
    if (heard.length === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
    else socket.destroy()
  })
  const { port } = await nodeBefore(t, [target])

  t.match(await inTurn(port, 2), [{ status: 200, body: 'ok' }, { status: 502, headers: { [CAUSE]: 'ECONNRESET' } }])
  t.equal(heard.length, 2)
})

t.test('what is cut after its header is a cut answer', { buffered: true }, async (t) => {
  const { port: target } = await rude(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun', () => setImmediate(() => socket.destroy()))
  })
  const { port } = await nodeBefore(t, [target])

  await t.rejects(get(port, '/'), { code: 'ECONNRESET' })
})

t.test('a node that has looked away sends nothing new, while what is in flight finishes', { buffered: true }, async (t) => {
  let answer = (): void => {}
  const old = await listening(t, (request, response) => {
    if (request.url === '/health') response.end()
    else answer = () => response.end('old')
  })
  const { port, targets } = await nodeBefore(t, [old.port])
  await until(() => targets[0]!.health === 'healthy')
  const inFlight = get(port, '/')
  await until(() => asked(old).length === 1)

  targets[0]!.leave()

  t.match(await inTurn(port, 2), [{ status: 503 }, { status: 503 }])
  t.equal(asked(old).length, 1)
  answer()
  t.match(await inFlight, { status: 200, body: 'old' })
})

t.test('connections to a target are kept, and the one used last is used next', { buffered: true }, async (t) => {
  const ports: unknown[] = []
  const server = await listening(t, (request, response) => {
    if (request.url !== '/health') ports.push(request.socket.remotePort)
    setTimeout(() => response.end(), request.url === '/slow' ? 30 : 0)
  })
  const { port } = await nodeBefore(t, [server.port])

  await Promise.all([get(port, '/slow'), get(port, '/')])
  await inTurn(port, 3)

  t.equal(new Set(ports).size, 2)
  t.strictSame(ports.slice(2), [ports[0], ports[0], ports[0]])
})

t.test('a target that says goodbye is met on a new connection, and the client is not told', { buffered: true }, async (t) => {
  const ports = new Set<unknown>()
  const server = await listening(t, (request, response) => {
    if (request.url !== '/health') ports.add(request.socket.remotePort)
    response.writeHead(200, { connection: 'close' }).end()
  })
  const { port } = await nodeBefore(t, [server.port])

  t.match(await inTurn(port, 3), [{ headers: { connection: 'keep-alive' } }, { status: 200 }, { status: 200 }])
  t.equal(ports.size, 3)
})

t.test('what is passed on comes from the node\'s address and names the client; health checks name none', { buffered: true }, async (t) => {
  const from: unknown[] = []
  const server = await listening(t, ({ socket }, response) => {
    from.push(socket.remoteAddress)
    response.end()
  })
  const { port } = await nodeBefore(t, [server.port])
  await until(() => server.requests.length === 1)

  await get(port, '/path?of=user', { headers: { 'x-own': 'kept' } })

  t.strictSame(from, [address, address])
  t.equal(server.requests[0]!.headers['x-forwarded-for'], undefined)
  t.match(server.requests[1], { url: '/path?of=user', headers: { 'x-forwarded-for': '127.0.0.1', 'x-own': 'kept' } })
})

t.test('a body goes through in both directions', { buffered: true }, async (t) => {
  const server = await listening(t, (request, response) => { request.pipe(response) })
  const { port } = await nodeBefore(t, [server.port])

  const request = http.request({ port, host: '127.0.0.1', method: 'POST', path: '/echo' }).end('x'.repeat(100_000))
  const [response] = await once(request, 'response') as [http.IncomingMessage]

  t.equal((await response.setEncoding('utf8').reduce((text: string, part: string) => text + part, '')).length, 100_000)
})

t.test('a client that goes away takes its request with it', { buffered: true }, async (t) => {
  let gone = false
  const server = await listening(t, (request, response) => {
    if (request.url === '/health') response.end()
    else response.on('close', () => { gone = true })
  })
  const { port } = await nodeBefore(t, [server.port])

  const request = http.get({ port, host: '127.0.0.1' }).on('error', () => {})
  await until(() => asked(server).length === 1)
  request.destroy()

  await until(() => gone)
})
