// Fastify, closed at the signal: `node fastify.js` as most examples have it; `node fastify.js later` waits 5 s first and has
// health say 503 meanwhile, by close-with-grace, as teams write it by hand.
const closeWithGrace = require('close-with-grace')
const Fastify = require('fastify')
const timers = require('node:timers/promises')
const { routes } = require('./endpoints')

const later = process.argv[2] === 'later'
let stopping = false

const app = Fastify()
app.addContentTypeParser('application/octet-stream', (request, payload, done) => payload.resume().on('end', () => done(null)))
for (const path of Object.keys(routes)) {
  app.route({
    method: ['GET', 'POST'],
    url: path,
    handler: async (request, reply) => {
      if (path === '/health' && stopping) return await reply.code(503).send('stopping')
      if (path === '/upload') return 'uploaded'
      reply.hijack()
      await routes[path](request.raw, reply.raw)
    }
  })
}

if (later) {
  closeWithGrace({ delay: 20_000 }, async () => {
    stopping = true
    await timers.setTimeout(5_000)
    await app.close()
  })
} else {
  process.on('SIGTERM', () => app.close())
}
app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
