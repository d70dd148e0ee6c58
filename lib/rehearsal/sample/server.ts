// The server that is rehearsed where no command is given: a Fastify service with this plugin, as short as they come.
import Fastify from 'fastify'
import ecsGraceful from 'fastify-ecs-graceful'
import { Readable } from 'node:stream'
import timers from 'node:timers/promises'

import { note } from './ledger'

const app = Fastify({ bodyLimit: 8 * 1024 * 1024 })

app.register(ecsGraceful)

app.addHook('onRequest', async ({ headers }) => note(headers['x-rehearsal-id'], 'start'))
app.addHook('onResponse', async ({ headers }) => note(headers['x-rehearsal-id'], 'end'))
app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body)

app.get('/', async () => ({ hello: 'world' }))

app.get<{ Params: { ms: number } }>('/slow/:ms', async ({ params: { ms } }) => {
  await timers.setTimeout(Number(ms))
  return { took: Number(ms) }
})

app.post<{ Body: { id: string } }>('/orders', async ({ body: { id } }, reply) => {
  await timers.setTimeout(50)
  note(id, 'effect')
  return await reply.code(201).send({ id })
})

app.put<{ Body: Buffer }>('/uploads', async ({ body }) => ({ bytes: body.length }))

app.get('/downloads', async () => Buffer.alloc(1_000_000, 'x'))

app.get('/events', (_request, reply) => {
  const events = async function * (): AsyncGenerator<string> {
    for (let number = 1; number <= 10; number++) {
      yield `data: ${number}\n\n`
      await timers.setTimeout(200)
    }
    yield 'event: end\ndata: {}\n\n'
  }
  return reply.type('text/event-stream').send(Readable.from(events()))
})

void app.listen({ host: process.env.HOST ?? '127.0.0.1', port: Number(process.env.PORT ?? 3000) })
