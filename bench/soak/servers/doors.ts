import type { FastifyInstance } from 'fastify'

import { figures } from './figures'

const duration = { type: 'integer', minimum: 0, maximum: 20_000, default: 0 } as const
const querystring = { type: 'object', properties: { ms: duration, after: duration } } as const

/** What a soak asks of a task beside its work. It asks at the task's own port: the balancer's users do not know the way. */
export async function doors (app: FastifyInstance): Promise<void> {
  app.get('/soak/figures', async () => figures())

  app.post<{ Querystring: { ms: number } }>('/soak/block', { schema: { querystring } }, async (request, reply) => {
    setImmediate(block, request.query.ms)
    return await reply.code(202).send()
  })

  /** Before anybody else hears of the signal, or so many milliseconds later. */
  app.post<{ Querystring: { ms: number, after: number } }>('/soak/block-at-signal', { schema: { querystring } }, async (request, reply) => {
    const { ms, after } = request.query
    process.prependOnceListener('SIGTERM', () => { after > 0 ? setTimeout(block, after, ms) : block(ms) })
    return await reply.code(202).send()
  })
}

function block (ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}
