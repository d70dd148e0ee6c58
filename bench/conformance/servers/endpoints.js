// What docs/conformance.md asks for, in plain node:http and without any thought of stopping.
const timers = require('node:timers/promises')

const LARGE = Buffer.alloc(12_000_000, 'x')

const routes = {
  '/': async (request, response) => response.end('ok'),
  '/health': async (request, response) => response.end('ok'),
  '/health/live': async (request, response) => response.end('ok'),
  '/slow': async (request, response) => {
    await timers.setTimeout(2_000)
    response.end('slow')
  },
  '/upload': async (request, response) => request.resume().on('end', () => response.end('uploaded')),
  '/hang': async () => {},
  '/large': async (request, response) => response.end(LARGE),
  '/signal': async (request, response) => {
    process.kill(process.pid, 'SIGTERM')
    await timers.setTimeout(20)
    response.end('signalled')
  },
  '/events': async (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: 1\n\n')
  }
}

async function answer (request, response) {
  const route = routes[request.url]
  if (route) await route(request, response)
  else response.writeHead(404).end()
}

module.exports = { answer, routes }
