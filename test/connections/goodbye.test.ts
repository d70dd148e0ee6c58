import t, { type Test } from 'tap'

import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import { sayGoodbye } from '../../lib/connections/goodbye'
import { Wire } from '../helpers/http'

type Handler = (response: ServerResponse, request: IncomingMessage) => void

const GET = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'

/** A server that answers by `handler`, each response having been told to say goodbye; and a socket to it. */
async function connect (t: Test, handler: Handler): Promise<Wire> {
  const server = http.createServer((request, response) => {
    sayGoodbye(request, response)
    handler(response, request)
  })
  t.teardown(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return await Wire.open(t, (server.address() as AddressInfo).port)
}

/** The head of the answer to a request: its status line, and its header lines but the date. */
async function head (t: Test, handler: Handler, request = GET): Promise<string[]> {
  const wire = await connect(t, handler)
  wire.write(request)
  return await headOn(wire)
}

async function headOn (wire: Wire): Promise<string[]> {
  await wire.until('\r\n\r\n')
  return wire.received.split('\r\n\r\n', 1)[0]!.split('\r\n').filter((line) => !line.startsWith('Date:'))
}

t.test('an answer without headers says close', async (t) => {
  t.strictSame(await head(t, (response) => response.writeHead(204).end()), ['HTTP/1.1 204 No Content', 'connection: close'])
})

t.test('an answer whose head is written by itself says close', async (t) => {
  t.strictSame(await head(t, (response) => response.end('hello')), ['HTTP/1.1 200 OK', 'connection: close', 'Content-Length: 5'])
})

t.test('an answer that is streamed says close', async (t) => {
  const streamed = await head(t, (response) => {
    response.write('hel')
    response.end('lo')
  })

  t.strictSame(streamed, ['HTTP/1.1 200 OK', 'connection: close', 'Transfer-Encoding: chunked'])
})

t.test('headers given as an object are kept, but for their connection', async (t) => {
  const headers = { 'X-Shop': 'basel', Connection: 'keep-alive', 'Set-Cookie': ['a=1', 'b=2'], 'Content-Length': 0 }

  t.strictSame(await head(t, (response) => response.writeHead(200, headers).end()), [
    'HTTP/1.1 200 OK', 'X-Shop: basel', 'Set-Cookie: a=1', 'Set-Cookie: b=2', 'Content-Length: 0', 'connection: close'
  ])
})

t.test('headers given as a flat list are kept, but for their connection', async (t) => {
  const headers = ['X-Shop', 'connection', 'CONNECTION', 'keep-alive', 'X-Shop', 'bern', 'Content-Length', '0']

  t.strictSame(await head(t, (response) => response.writeHead(200, headers).end()), [
    'HTTP/1.1 200 OK', 'X-Shop: connection', 'X-Shop: bern', 'Content-Length: 0', 'connection: close'
  ])
})

t.test('headers given as a list of pairs are kept, but for their connection', async (t) => {
  const headers = [['X-Shop', 'basel'], ['Connection', 'keep-alive'], ['Content-Length', '0']] as unknown as string[]

  t.strictSame(await head(t, (response) => response.writeHead(200, headers).end()), [
    'HTTP/1.1 200 OK', 'X-Shop: basel', 'Content-Length: 0', 'connection: close'
  ])
})

t.test('an empty list of headers becomes ours', async (t) => {
  t.strictSame(await head(t, (response) => response.writeHead(204, []).end()), ['HTTP/1.1 204 No Content', 'connection: close'])
})

t.test('a reason phrase is kept, with headers and without', async (t) => {
  t.strictSame(await head(t, (response) => response.writeHead(200, 'Fine').end()), [
    'HTTP/1.1 200 Fine', 'connection: close', 'Transfer-Encoding: chunked'
  ])
  t.strictSame(await head(t, (response) => response.writeHead(200, 'Fine', { 'Content-Length': 0 }).end()), [
    'HTTP/1.1 200 Fine', 'Content-Length: 0', 'connection: close'
  ])
})

t.test('a connection header set before is overruled', async (t) => {
  const overruled = await head(t, (response) => {
    response.setHeader('Connection', 'keep-alive')
    response.setHeader('X-Shop', 'basel')
    response.writeHead(204).end()
  })

  t.strictSame(overruled, ['HTTP/1.1 204 No Content', 'connection: close', 'X-Shop: basel'])
})

t.test('the socket goes once the answer is out', async (t) => {
  const wire = await connect(t, (response) => response.end('hello'))

  wire.write(GET)
  await wire.closed

  t.ok(wire.received.endsWith('hello'))
  t.equal(wire.error, undefined)
})

t.test('an answer to a body that is still arriving keeps the connection', async (t) => {
  const early = (response: ServerResponse) => response.writeHead(413, { 'Content-Length': 0 }).end()

  const bySize = await head(t, early, 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf')
  const inChunks = await head(t, early, 'POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n')

  t.strictSame([...bySize, ...inChunks].filter((line) => /^connection: /i.test(line)), ['Connection: keep-alive', 'Connection: keep-alive'])
})

t.test('what the handler says of a connection whose body is still arriving is left alone', async (t) => {
  const request = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf'

  t.strictSame(await head(t, (response) => response.writeHead(413, { Connection: 'close', 'Content-Length': 0 }).end(), request), [
    'HTTP/1.1 413 Payload Too Large', 'Connection: close', 'Content-Length: 0'
  ])
})

t.test('an answer to a body that has arrived says close', async (t) => {
  const answered = await head(t, (response, request) => {
    request.resume().on('end', () => response.writeHead(204).end())
  }, 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody')

  t.strictSame(answered, ['HTTP/1.1 204 No Content', 'connection: close'])
})

t.test('an answer to a body of no length says close', async (t) => {
  const request = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n'

  t.strictSame(await head(t, (response) => response.writeHead(204).end(), request), ['HTTP/1.1 204 No Content', 'connection: close'])
})

t.test('it is decided when the head is written, not when the goodbye is asked for', async (t) => {
  const wire = await connect(t, (response, request) => {
    request.resume().on('end', () => response.writeHead(204).end())
    response.writeContinue() // says that the handler runs
  })

  wire.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n\r\nhalf')
  await wire.until('100 Continue')
  wire.write('half')
  await wire.until('204')
  await wire.closed

  t.match(wire.received, 'connection: close')
})

t.test('informational heads are untouched', async (t) => {
  const wire = await connect(t, (response) => {
    response.writeContinue()
    response.writeProcessing()
    response.writeEarlyHints({ link: '</shop.css>; rel=preload' })
    response.writeHead(204).end()
  })

  wire.write(GET)
  await wire.closed

  const heads = wire.received.split('\r\n\r\n')
  t.strictSame(heads.map((text) => text.includes('connection: close')), [false, false, false, true, false])
  t.match(heads[2], 'Link: </shop.css>; rel=preload')
})

t.test('an upgrade written by hand is not told to close', async (t) => {
  const upgraded = await head(t, (response) => response.writeHead(101, { Connection: 'Upgrade', Upgrade: 'chat' }).end())

  t.strictSame(upgraded, ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: chat'])
})

t.test('the wrapper is this response\'s own, and takes itself away', async (t) => {
  const seen: boolean[] = []
  await head(t, (response) => {
    seen.push(Object.hasOwn(response, 'writeHead'))
    response.writeHead(204)
    seen.push(Object.hasOwn(response, 'writeHead'))
    response.end()
  })

  t.strictSame(seen, [true, false])
})

t.test('a goodbye asked for twice is said once', async (t) => {
  const answered = await head(t, (response, request) => {
    const { writeHead } = response
    sayGoodbye(request, response)
    t.equal(response.writeHead, writeHead)
    response.writeHead(204).end()
  })

  t.strictSame(answered, ['HTTP/1.1 204 No Content', 'connection: close'])
})

t.test('a head that is out is left alone', async (t) => {
  const server = http.createServer((request, response) => {
    response.writeHead(200, { 'Content-Length': 5 })
    response.flushHeaders()
    sayGoodbye(request, response)
    t.notOk(Object.hasOwn(response, 'writeHead'))
    response.end('hello')
  })
  t.teardown(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const wire = await Wire.open(t, (server.address() as AddressInfo).port)

  wire.write(GET)

  t.match(await headOn(wire), ['HTTP/1.1 200 OK', 'Content-Length: 5', 'Connection: keep-alive'])
})

t.test('writeHead still returns the response and throws what it would throw', async (t) => {
  let thrown: unknown
  let returned = false
  await head(t, (response) => {
    returned = response.writeHead(204) === response
    try {
      response.writeHead(200)
    } catch (error) {
      thrown = error
    }
    response.end()
  })

  t.ok(returned)
  t.match(thrown, { code: 'ERR_HTTP_HEADERS_SENT' })
})

t.test('a reason without headers is kept', async (t) => {
  t.strictSame(await head(t, (response) => response.writeHead(200, 'Fine', undefined).end()), [
    'HTTP/1.1 200 Fine', 'connection: close', 'Transfer-Encoding: chunked'
  ])
})

t.test('a writeHead that somebody else has wrapped is called, and says close', async (t) => {
  const server = http.createServer((_request, response) => {
    const { writeHead } = response
    response.writeHead = function (this: ServerResponse, ...args: unknown[]) {
      this.setHeader('x-wrapped', 'yes')
      return Reflect.apply(writeHead, this, args) as ServerResponse
    } as ServerResponse['writeHead']
    sayGoodbye(response.req, response)
    response.writeHead(204, { connection: 'keep-alive' }).end()
  })
  t.teardown(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const wire = await Wire.open(t, (server.address() as AddressInfo).port)

  wire.write(GET)

  t.strictSame(await headOn(wire), ['HTTP/1.1 204 No Content', 'x-wrapped: yes', 'connection: close'])
})
