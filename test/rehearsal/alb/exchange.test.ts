import { createHash, randomBytes } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import t from 'tap'

import { ask, bare, gone, rig, served, until } from './rig'

t.jobs = 8

const named = (name: string): http.RequestListener => (_request, response) => { response.end(name) }

t.test('an answer is passed on as the target gave it, its own 5xx and repeated headers included', async (t) => {
  const target = await served(t, (request, response) => {
    response.writeHead(503, 'As It Was', ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Of', request.method!, 'Keep-Alive', 'timeout=1']).end('mine')
  })
  const { ports, serving, records } = await rig(t)
  await serving(1, target.port)

  const answer = await ask(ports[0]!, '/', { id: 'a' })

  t.match(answer, { status: 503, body: 'mine', whole: true, headers: { 'set-cookie': ['a=1', 'b=2'], 'x-of': 'GET' } })
  t.notOk('x-rehearsal-cause' in answer.headers)
  t.notMatch(answer.headers['keep-alive'] ?? '', 'timeout=1')
  t.match(await records(1), [{ id: 'a', node: 0, task: 1, connection: 1, use: 1, health: 'healthy', outcome: 'answered', status: 503 }])
})

t.test('a request is passed on with who sent it, and without what was for the balancer alone', async (t) => {
  const target = await served(t, named('a'))
  const { ports, serving } = await rig(t)
  await serving(1, target.port)

  await ask(ports[0]!, '/', { id: 'a', pin: '9;pooled', headers: { 'x-forwarded-for': '10.0.0.1', connection: 'close, x-secret', 'x-secret': '1' } })

  const { headers, socket } = target.asked[0]!
  t.match(headers, { 'x-rehearsal-id': 'a', 'x-forwarded-for': '10.0.0.1, 127.0.0.1', 'x-forwarded-proto': 'http', 'x-forwarded-port': String(ports[0]) })
  t.match(headers['x-amzn-trace-id'], /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/)
  t.equal(headers.connection, 'keep-alive')
  t.notOk('x-rehearsal-pin' in headers)
  t.notOk('x-secret' in headers)
  t.equal(socket.remoteAddress, '127.0.1.1')
})

t.test('health checks carry the checker\'s user agent, and nothing of a client', async (t) => {
  const target = await served(t, named('a'))
  const { serving } = await rig(t)

  await serving(1, target.port)

  const { method, headers } = target.checked[0]!
  t.match({ method, headers }, { method: 'GET', headers: { 'user-agent': 'ELB-HealthChecker/2.0', connection: 'close' } })
  t.notOk(Object.keys(headers).some((name) => name.startsWith('x-forwarded')))
})

t.test('without a registered target the balancer answers 503 itself', async (t) => {
  const { ports, records } = await rig(t)

  const answer = await ask(ports[0]!, '/', { id: 'a' })

  t.match(answer, { status: 503, headers: { 'x-rehearsal-cause': 'no registered target' } })
  t.match(await records(1), [{ id: 'a', outcome: 'no-target', status: 503 }])
})

t.test('a refused connection is a 502', async (t) => {
  const target = await served(t, named('a'))
  target.server.close()
  await once(target.server, 'close')
  const { balancer, ports, records } = await rig(t)
  balancer.register(1, target.port)

  const answer = await ask(ports[0]!, '/', { id: 'a' })

  t.match(answer, { status: 502, headers: { 'x-rehearsal-cause': 'connection refused' } })
  t.match(await records(1), [{ id: 'a', task: 1, health: 'initial', outcome: 'refused', status: 502 }])
})

t.test('a connection that does not come about in time is a 504', async (t) => {
  const { port } = await unaccepting(t)
  const { balancer, ports, records } = await rig(t, { connectTimeout: 100 })
  balancer.register(1, port)

  const answer = await ask(ports[0]!, '/', { id: 'a' })

  t.match(answer, { status: 504, headers: { 'x-rehearsal-cause': /connect timeout/ } })
  t.match(await records(1), [{ id: 'a', task: 1, outcome: 'timed-out', status: 504 }])
})

for (const [how, end] of [
  ['a FIN', (socket: net.Socket) => socket.end()],
  ['a reset', (socket: net.Socket) => socket.resetAndDestroy()],
  ['half a header and a FIN', (socket: net.Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-')]
] as const) {
  t.test(`${how} before a whole header is a 502, and nothing is tried again`, async (t) => {
    const target = await bare(t, end)
    const { ports, serving, records } = await rig(t)
    await serving(1, target.port)

    const answer = await ask(ports[0]!, '/', { id: 'a' })

    t.match(answer, { status: 502, headers: { 'x-rehearsal-cause': 'closed by the target' } })
    t.match(await records(1), [{ id: 'a', task: 1, outcome: 'cut-before-header', status: 502 }])
    t.equal(target.requests(), 1)
  })
}

for (const [how, framing, end] of [
  ['a FIN', 'Transfer-Encoding: chunked\r\n\r\n4\r\n', (socket: net.Socket) => socket.end()],
  ['a reset', 'Content-Length: 9\r\n\r\n', (socket: net.Socket) => socket.resetAndDestroy()]
] as const) {
  t.test(`${how} after the header cuts the client's connection, so that the answer is not taken for whole`, async (t) => {
    const target = await bare(t, (socket) => socket.write(`HTTP/1.1 200 OK\r\n${framing}half`, () => end(socket)))
    const { ports, serving, records } = await rig(t)
    await serving(1, target.port)

    const answer = await ask(ports[0]!, '/', { id: 'a' })

    t.match(answer, { status: 200, whole: false })
    t.match(await records(1), [{ id: 'a', outcome: 'cut', status: 200, cause: 'closed by the target' }])
  })
}

t.test('a header is passed on before there is any body', async (t) => {
  const target = await served(t, (_request, response) => { response.flushHeaders() })
  const { ports, serving } = await rig(t)
  await serving(1, target.port)

  const request = http.get({ port: ports[0], host: '127.0.0.1', agent: false })
  t.teardown(() => request.destroy())
  const [response] = await once(request.on('error', () => {}), 'response') as [http.IncomingMessage]
  response.on('error', () => {})

  t.equal(response.statusCode, 200)
})

t.test('a target that says nothing within the idle timeout is a 504', async (t) => {
  const target = await served(t, () => {})
  const { ports, serving, records } = await rig(t, { idleTimeout: 100 })
  await serving(1, target.port)

  const answer = await ask(ports[0]!, '/', { id: 'a' })

  t.match(answer, { status: 504, headers: { 'x-rehearsal-cause': /idle timeout/ } })
  t.match(await records(1), [{ id: 'a', outcome: 'timed-out', status: 504 }])
})

t.test('a client that leaves first takes its request to the target along', async (t) => {
  const target = await served(t, () => {})
  const { ports, serving, records } = await rig(t)
  await serving(1, target.port)
  const left = new AbortController()

  const answer = ask(ports[0]!, '/', { id: 'a', signal: left.signal })
  await until(() => target.asked.length === 1)
  left.abort()

  await t.rejects(answer)
  await gone(target.asked[0]!.socket)
  t.match(await records(1), [{ id: 'a', outcome: 'client-left' }])
})

t.test('the connection that became idle last is used first, and a new one is opened only when none is idle', async (t) => {
  const held: http.ServerResponse[] = []
  const target = await served(t, ({ url }, response) => { url === '/hold' ? held.push(response) : response.end() })
  const { ports, serving, records } = await rig(t)
  await serving(1, target.port)

  const both = [ask(ports[0]!, '/hold', { id: 'a' }), ask(ports[0]!, '/hold', { id: 'b' })]
  await until(() => held.length === 2)
  held[1]!.end()
  await both[held[1]!.req.headers['x-rehearsal-id'] === 'a' ? 0 : 1]
  held[0]!.end()
  await Promise.all(both)
  await ask(ports[0]!, '/', { id: 'c' })

  const [, last, third] = await records(3)
  t.match(third, { id: 'c', connection: last!.connection, use: 2 })
})

t.test('a connection is not used again after `Connection: close`, but is whatever a `Keep-Alive` hint says', async (t) => {
  const target = await served(t, ({ url }, response) => {
    response.writeHead(200, url === '/last' ? { connection: 'close' } : { 'keep-alive': 'timeout=0' }).end()
  })
  const { ports, serving, records } = await rig(t)
  await serving(1, target.port)

  for (const [id, path] of [['a', '/'], ['b', '/last'], ['c', '/']] as const) await ask(ports[0]!, path, { id })

  t.match(await records(3), [{ connection: 1, use: 1 }, { connection: 1, use: 2 }, { connection: 2, use: 1 }])
})

t.test('the balancer closes a connection that has been idle for the idle timeout, and one that the target has closed is not used', async (t) => {
  const target = await served(t, named('a'))
  const { ports, serving, records } = await rig(t, { idleTimeout: 200 })
  await serving(1, target.port)

  await ask(ports[0]!, '/', { id: 'a' })
  await gone(target.asked[0]!.socket)
  await ask(ports[0]!, '/', { id: 'b' })
  target.asked[1]!.socket.end()
  await gone(target.asked[1]!.socket)
  await ask(ports[0]!, '/', { id: 'c' })

  t.match(await records(3), [{ connection: 1, outcome: 'answered' }, { connection: 2, outcome: 'answered' }, { connection: 3, outcome: 'answered' }])
})

for (const oneWayDelay of [0, 1]) {
  t.test(`a large upload and a large answer arrive as they were sent, with a delay of ${oneWayDelay} ms`, async (t) => {
    const body = randomBytes(8_000_000)
    const target = await served(t, (request, response) => { request.pipe(response) })
    const { ports, serving } = await rig(t, { oneWayDelay })
    await serving(1, target.port)

    const request = http.request({ port: ports[0], host: '127.0.0.1', method: 'POST', agent: false }).end(body)
    const [response] = await once(request, 'response')
    const hash = createHash('sha256')
    for await (const chunk of response) hash.update(chunk)

    t.equal(hash.digest('hex'), createHash('sha256').update(body).digest('hex'))
  })

  t.test(`a target that does not read holds the client up, with a delay of ${oneWayDelay} ms`, async (t) => {
    const target = await served(t, () => {})
    const { ports, serving } = await rig(t, { oneWayDelay })
    await serving(1, target.port)
    const size = 64_000_000

    const request = http.request({ port: ports[0], host: '127.0.0.1', method: 'POST', agent: false, headers: { 'content-length': size } })
    request.on('error', () => {})
    t.teardown(() => request.destroy())
    const chunk = Buffer.alloc(1_000_000)
    let accepted = 0
    const write = (): void => { if (accepted < size) request.write(chunk, () => { accepted += chunk.length; write() }) }
    write()
    await until(() => target.asked.length === 1)
    await stands(() => accepted)

    t.ok(accepted < size / 2, `${accepted} bytes were taken`)
  })
}

t.test('an upload is passed on as it comes', async (t) => {
  const target = await served(t, (request, response) => { request.once('data', () => response.end('early')) })
  const { ports, serving } = await rig(t)
  await serving(1, target.port)

  const request = http.request({ port: ports[0], host: '127.0.0.1', method: 'POST', agent: false })
  request.on('error', () => {})
  t.teardown(() => request.destroy())
  request.write('first')
  const [response] = await once(request, 'response')

  t.equal(response.statusCode, 200)
})

/** Resolves when a number has been the same for a while: then it is not a matter of time. */
async function stands (number: () => number): Promise<void> {
  for (let before = -1, times = 0; times < 50; before = number()) {
    times = number() === before ? times + 1 : 0
    await new Promise((resolve) => setTimeout(resolve, 4))
  }
}

/** A port whose queue is full, and whose owner has been stopped: what connects to it gets no answer at all. */
async function unaccepting (t: { teardown (done: () => void): void }): Promise<{ port: number }> {
  const code = "const s = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))"
  const child = spawn(process.execPath, ['-e', code], { env: {}, stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = await once(child.stdout, 'data')
  const port = Number(said)
  child.kill('SIGSTOP')
  const callers: net.Socket[] = []
  t.teardown(() => {
    child.kill('SIGKILL')
    for (const caller of callers) caller.destroy()
  })
  for (let connected = true; connected;) {
    const caller = net.connect(port, '127.0.0.1').on('error', () => {})
    callers.push(caller)
    connected = await Promise.race([once(caller, 'connect').then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, 150, false))])
  }
  return { port }
}
