'use strict'

/**
 * Closed-loop load over HTTP/2 without TLS, in frames of our own. Answers `{ question: 'load', about: { port, seconds } }` with the requests
 * answered and the milliseconds they took. It ends with its parent.
 */
const { once } = require('node:events')
const net = require('node:net')

const SESSIONS = 4
const STREAMS = 32 // at once, on each

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const LARGEST_WINDOW = 2 ** 31 - 1 // so large that nobody has to ask for more

const [HEADERS, RST_STREAM, SETTINGS, GOAWAY, WINDOW_UPDATE] = [0x1, 0x3, 0x4, 0x7, 0x8]
const [END_STREAM, END_HEADERS, ACK] = [0x1, 0x4, 0x1]

// From HPACK's static table: GET, http, /, and the name of a literal authority; in the answer, 200 is one byte.
const AUTHORITY = 'localhost'
const REQUEST = Buffer.concat([Buffer.from([0x82, 0x86, 0x84, 0x01, AUTHORITY.length]), Buffer.from(AUTHORITY)])
const OK = 0x88

function frame (type, flags, stream, payload = Buffer.alloc(0)) {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

class Session {
  answered = 0
  failed = 0
  #socket
  #next = 1
  #unread = Buffer.alloc(0)
  #over = false

  constructor (port) {
    this.#socket = net.connect(port, '127.0.0.1')
    this.#socket.on('data', (chunk) => this.#read(chunk))
    this.#socket.on('error', () => { this.failed++ })
    const window = Buffer.alloc(4)
    window.writeUInt32BE(LARGEST_WINDOW - 65_535)
    this.#socket.write(Buffer.concat([Buffer.from(PREFACE), frame(SETTINGS, 0, 0), frame(WINDOW_UPDATE, 0, 0, window)]))
    this.#request(STREAMS)
  }

  async end () {
    this.#over = true
    const closed = once(this.#socket, 'close')
    this.#socket.destroy()
    await closed
  }

  #request (count) {
    const frames = Array.from({ length: count }, (_, index) => frame(HEADERS, END_STREAM | END_HEADERS, this.#next + 2 * index, REQUEST))
    this.#next += 2 * count
    this.#socket.write(Buffer.concat(frames))
  }

  #read (chunk) {
    const bytes = this.#unread.length > 0 ? Buffer.concat([this.#unread, chunk]) : chunk
    let at = 0
    let ended = 0
    for (let length; at + 9 <= bytes.length && at + 9 + (length = bytes.readUIntBE(at, 3)) <= bytes.length; at += 9 + length) {
      const [type, flags] = [bytes[at + 3], bytes[at + 4]]
      if (type === SETTINGS && !(flags & ACK)) this.#socket.write(frame(SETTINGS, ACK, 0))
      if (type === RST_STREAM || type === GOAWAY || (type === HEADERS && !statusIsOk(bytes, at + 9))) this.failed++
      if (type <= HEADERS && flags & END_STREAM) ended++
    }
    this.#unread = bytes.subarray(at)
    this.answered += ended
    if (ended > 0 && !this.#over) this.#request(ended)
  }
}

/** A server may say first that its table of headers has another size. */
function statusIsOk (bytes, at) {
  while ((bytes[at] & 0xe0) === 0x20) at++
  return bytes[at] === OK
}

process.on('message', async ({ about: { port, seconds } }) => {
  const started = performance.now()
  const sessions = Array.from({ length: SESSIONS }, () => new Session(port))
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  const elapsed = performance.now() - started
  const sum = (key) => sessions.reduce((total, session) => total + session[key], 0)
  const load = { requests: sum('answered'), elapsed, failed: sum('failed') }
  await Promise.all(sessions.map((session) => session.end()))
  process.send({ load })
})
process.on('disconnect', () => process.exit())
