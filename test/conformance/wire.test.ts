import http2 from 'node:http2'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import t from 'tap'

import { namesConnection, statusOf } from '../../lib/conformance/wire/hpack'
import { readAnswer, request } from '../../lib/conformance/wire/http1'
import { Http2Wire } from '../../lib/conformance/wire/http2'
import { escaped, Transcript } from '../../lib/conformance/wire/transcript'
import { messages } from '../../lib/conformance/wire/websocket'
import { Wire } from '../../lib/conformance/wire/wire'

const answer = (text: string, ending?: 'FIN' | 'reset') => readAnswer(Buffer.from(text), ending)

t.test('an answer is whole by its length, its last chunk, its status or a FIN', async (t) => {
  t.match(answer('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokmore'), { whole: true, status: 200, marked: true, length: 40, body: Buffer.from('ok') })
  t.match(answer('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'), { whole: true, marked: true, body: Buffer.from('ok') })
  t.match(answer('HTTP/1.1 204 No\r\n\r\n'), { whole: true, status: 204 })
  t.match(answer('HTTP/1.1 200 OK\r\n\r\nok', 'FIN'), { whole: true, marked: false })
  t.match(answer('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 OK\r\ncontent-length: 0\r\n\r\n'), { whole: true, status: 201 })
})

t.test('what is not whole says how far it came', async (t) => {
  t.match(answer('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nok', 'FIN'), { whole: false, text: '200 and 2 bytes of its body, then FIN' })
  t.match(answer('HTTP/1.1 200 OK\r\n\r\nok', 'reset'), { whole: false })
  t.match(answer('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\no'), { whole: false })
  t.match(answer('HTTP/1.1 20', 'reset'), { whole: false, text: '11 bytes of a header, then reset' })
  t.match(answer('', 'FIN'), { whole: false, text: 'FIN' })
  t.match(readAnswer(Buffer.alloc(0), undefined, 5_000), { text: 'nothing for 5 s' })
  t.match(answer('SSH-2.0\r\n\r\n'), { whole: false, text: 'something that is no HTTP/1.1' })
})

t.test('a request is written with its headers', async (t) => {
  t.equal(request('GET', '/a', { connection: 'close' }), 'GET /a HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n')
})

t.test('bytes can be read by a person, and are cut', async (t) => {
  t.equal(escaped(Buffer.from('a\r\n\\\x00\xff', 'latin1')), 'a\\r\\n\\\\\\x00\\xff')
  t.match(escaped(Buffer.alloc(1_000, 'x')), /^x{160}… \(1000 bytes\)$/)
})

t.test('a transcript counts from the signal and leaves out the middle of a long story', async (t) => {
  let now = 10
  const transcript = new Transcript(() => now++)
  transcript.process('started')
  for (let line = 0; line < 100; line++) transcript.connection(1, 'sent', String(line))
  transcript.signalled()
  transcript.signalled()

  const lines = transcript.lines([1])

  t.equal(lines.length, 60)
  t.match(lines[0], { at: -101, text: 'started' })
  t.match(lines.at(-1), { at: -1, text: '99' })
})

t.test('the status of a header block is read in every way that it is written', async (t) => {
  t.equal(statusOf(Buffer.from([0x20, 0x88])), 200)
  t.equal(statusOf(Buffer.from('\x08\x03503', 'latin1')), 503)
  t.equal(statusOf(Buffer.from('\x48\x03418', 'latin1')), 418)
  t.equal(statusOf(Buffer.from([0xbe])), undefined)
  t.equal(statusOf(Buffer.from([0x40])), undefined)
  t.equal(statusOf(Buffer.alloc(0)), undefined)
  t.notOk(namesConnection(Buffer.from([0x88])))
  t.ok(namesConnection(Buffer.from('\x00\x0aconnection\x05close', 'latin1')))
  t.ok(namesConnection(Buffer.from([0x88, 0x40, 0x87, 0x21, 0xea, 0xa8, 0xa4, 0x49, 0x8f, 0x57])))
})

t.test('a real HTTP/2 server is understood: statuses in its Huffman code, streams, GOAWAY', async (t) => {
  const server = http2.createServer((incoming, response) => response.writeHead(Number(incoming.url.slice(1))).end('ok'))
  const sessions: http2.Http2Session[] = []
  server.on('session', (session) => sessions.push(session))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const wire = new Http2Wire(await Wire.open((server.address() as AddressInfo).port, 1, new Transcript(() => 0), 1_000))
  t.teardown(() => { wire.destroy(); server.close() })

  for (const [index, path] of ['/200', '/503', '/429'].entries()) wire.request(index * 2 + 1, path)
  const statuses = await Promise.all([1, 3, 5].map(async (stream) => await wire.status(stream, 2_000)))
  sessions[0]!.goaway()
  await wire.wire.until(() => wire.saidGoaway() || undefined, 2_000)

  t.strictSame(statuses, [200, 503, 429])
  t.ok(wire.saidGoaway())
})

t.test('WebSocket frames of every length are read, and half of one is not', async (t) => {
  const long = Buffer.concat([Buffer.from([0x82, 126, 0x01, 0x00]), Buffer.alloc(256)])
  const longest = Buffer.concat([Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]), Buffer.alloc(65_536)])

  const found = messages(Buffer.concat([Buffer.from([0x81, 2, 0x68, 0x69]), long, longest, Buffer.from([0x88, 2, 3])]))

  t.strictSame(found.map(({ opcode, payload }) => [opcode, payload.length]), [[1, 2], [2, 256], [2, 65_536]])
})

t.test('a port on which nobody listens refuses', async (t) => {
  const wire = await Wire.open(1, 1, new Transcript(() => 0), 1_000)

  t.equal(wire.connected, false)
  t.equal(await wire.ended(1_000), 'refused')
  t.match(await wire.answer(10), { whole: false, text: 'refused' })
})
