// Fastify with fastify-graceful-shutdown, as its README shows.
import Fastify from 'fastify'
import gracefulShutdown from 'fastify-graceful-shutdown'

const app = Fastify()
app.register(gracefulShutdown)
app.get('/health', async () => 'ok')
app.get('/', async () => 'hello')
await app.listen({ port: Number(process.env.PORT) })
