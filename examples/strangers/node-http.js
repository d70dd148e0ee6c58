// Node's own server, stopped as most tutorials say.
import http from 'node:http'

const server = http.createServer((request, response) => {
  response.end(request.url === '/health' ? 'ok' : 'hello')
})
process.on('SIGTERM', () => server.close(() => process.exit(0)))
server.listen(process.env.PORT)
