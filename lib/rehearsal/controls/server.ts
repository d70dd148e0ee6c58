// Servers as they should not be: each loses requests in one well-known way. `node server.js MISTAKE` listens on $PORT.
import http from 'node:http'
import net from 'node:net'

const mistake = process.argv[2]
let stopping = false

const server = http.createServer((request, response) => {
  if (request.url === '/health') response.writeHead(stopping && mistake !== 'health stays 200' ? 503 : 200).end()
  else setTimeout(() => response.end('ok'), request.url === '/slow' ? 3_000 : 2)
})
server.keepAliveTimeout = mistake === 'connections kept for 5 s only' ? 5_000 : 72_000

/** Serves on for as long as a balancer may need to look away, then goes. Right, but for what was done before. */
function leaveLater (after = 12_000): void {
  setTimeout(() => {
    server.close(() => process.exit(0))
    setInterval(() => server.closeIdleConnections(), 50)
  }, after)
}

const mistakes: Readonly<Record<string, () => void>> = {
  'exit at the signal': () => process.exit(0),
  'close at the signal': () => { server.close(() => process.exit(0)) },
  'listener closed in the handler': () => {
    net.Server.prototype.close.call(server)
    leaveLater(8_000)
  },
  'idle connections closed at the signal': () => {
    server.closeIdleConnections()
    leaveLater()
  },
  'connections kept for 5 s only': () => leaveLater(16_000),
  'health stays 200': () => leaveLater(8_000),
  'a request longer than the stop timeout': () => leaveLater()
}

process.on('SIGTERM', () => {
  if (stopping) return
  stopping = true
  mistakes[mistake!]!()
})

server.listen(Number(process.env.PORT), '127.0.0.1')
