'use strict'

/**
 * Half of the clients, in plain JavaScript. Answers `{ question: 'opened', about: { port, count, kind } }` once so many connections stand,
 * and `endings` once all of them have ended. Of the kinds, `keep-alive` has had one answer and is idle, `web-socket` answers a close frame,
 * and `deaf` does not. It ends with its parent.
 */
const net = require('node:net')

const BATCH = 100 // two processes at once stay well below the backlog of 511: a connection beyond it waits for a second
const PATIENCE = 20_000
const CLOSE = 0x88

const KEEP_ALIVE = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'
const HANDSHAKE = 'GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n'

const endings = []

/** Milliseconds on the clock that all processes of the machine share. */
function monotonic () {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Resolves once the connection stands; how it ends is a promise in `endings`. */
async function open (port, kind) {
  await new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1')
    const late = setTimeout(() => reject(new Error('a connection was not answered')), PATIENCE)
    const ending = { told: null, code: null, by: 'FIN' }
    let error
    socket.write(kind === 'keep-alive' ? KEEP_ALIVE : HANDSHAKE)
    socket.once('data', (answer) => {
      clearTimeout(late)
      const expected = kind === 'keep-alive' ? '200' : '101'
      if (answer.subarray(9, 12).toString() === expected) resolve()
      else reject(new Error(`expected ${expected}, got ${answer}`))
      socket.on('data', (bytes) => hear(socket, bytes, ending, kind))
    })
    socket.on('end', () => { ending.told ??= monotonic() })
    socket.on('error', ({ code }) => {
      error = code
      reject(new Error(`a connection failed: ${code}`))
    })
    endings.push(new Promise((resolve) => {
      socket.on('close', () => resolve(error === undefined ? ending : { ...ending, by: error === 'ECONNRESET' ? 'RST' : error }))
    }))
  })
}

/** A server says nothing here but its close frame, which comes in one piece. */
function hear (socket, bytes, ending, kind) {
  if (bytes[0] !== CLOSE || ending.code !== null) return
  ending.told ??= monotonic()
  ending.code = bytes.readUInt16BE(2)
  if (kind !== 'web-socket') return
  const mask = Buffer.from([1, 2, 3, 4]) // clients mask (RFC 6455, section 5.1)
  const payload = bytes.subarray(2, 4).map((byte, index) => byte ^ mask[index])
  socket.write(Buffer.concat([Buffer.from([CLOSE, 0x80 | payload.length]), mask, payload]))
}

const answers = {
  async opened ({ port, count, kind }) {
    for (let left = count; left > 0; left -= BATCH) {
      await Promise.all(Array.from({ length: Math.min(left, BATCH) }, () => open(port, kind)))
    }
    return count
  },
  async endings () {
    return await Promise.all(endings)
  }
}

process.on('message', async ({ question, about }) => process.send({ [question]: await answers[question](about) }))
process.on('disconnect', () => process.exit())
