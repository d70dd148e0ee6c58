// Fastify with this plugin and its defaults.
const ecsGraceful = require('fastify-ecs-graceful')
const Fastify = require('fastify')
const { routes } = require('./endpoints')

const app = Fastify()
app.register(ecsGraceful)
app.register(require('@fastify/websocket'))
app.addContentTypeParser('application/octet-stream', (request, payload, done) => { payload.resume().on('end', () => done(null)) })
app.register(async (app) => {
  for (const path of Object.keys(routes).filter((path) => !path.startsWith('/health'))) {
    app.route({
      method: ['GET', 'POST'],
      url: path,
      handler: async (request, reply) => {
        if (path === '/upload') return 'uploaded'
        reply.hijack()
        await routes[path](request.raw, reply.raw)
        if (path === '/events') app.ecsGraceful.eventStream(reply.raw)
      }
    })
  }
  app.get('/websocket', { websocket: true }, (socket) => { socket.on('message', (message) => socket.send(String(message))) })
})
app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
