'use strict'

/**
 * The service that thousands are connected to, in plain JavaScript so that no loader runs beside it. `node server.js library|by-hand` serves
 * `/` and WebSockets, these by way of @fastify/websocket or of a handler of its own, and writes its log line by line to stdout, at once;
 * the last line says how the event loop fared, and when each phase began.
 *   OPTIONS  the plugin's, as JSON
 */
const { createHash } = require('node:crypto')
const { writeSync } = require('node:fs')

const fastify = require('fastify')

const { monotonic, watchLoop } = require('./loop.js')

const { OPTIONS = '{}' } = process.env
const CLOSE = 0x88

const modes = {
  library (app) {
    app.register(require('@fastify/websocket'))
    app.register(async (child) => {
      child.get('/ws', { websocket: true, logLevel: 'silent' }, (socket) => { socket.on('message', (message) => socket.send(String(message))) })
    })
  },
  'by-hand' (app) {
    app.server.on('upgrade', ({ headers }, socket) => {
      const accept = createHash('sha1').update(`${headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
      socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
      socket.on('error', () => {})
      socket.on('end', () => socket.end())
      socket.on('data', (frame) => { if (frame[0] === CLOSE) socket.end() })
    })
  }
}

const phases = []
const stream = {
  write (line) {
    const { phase } = JSON.parse(line)
    if (phase) phases.push({ phase, at: monotonic() })
    writeSync(1, line)
  }
}

async function main (mode) {
  const app = fastify({ logger: { stream } })
  app.register(require('../../dist/index.js'), JSON.parse(OPTIONS))
  modes[mode](app)
  app.get('/', { logLevel: 'silent' }, (request, reply) => reply.send({ hello: 'world' }))
  await app.listen({ host: '127.0.0.1', port: 0 })

  const loop = watchLoop()
  process.once('SIGTERM', () => loop.reset())
  process.once('exit', () => writeSync(1, JSON.stringify({ loop: { ...loop.read(), phases } }) + '\n'))
  writeSync(1, JSON.stringify({ ready: app.server.address().port }) + '\n')
}

main(process.argv[2])
