import type { FastifyInstance } from 'fastify'

import { note } from './ledger'
import { publisher } from './publish'
import { readOrder, writeOrder, type Order } from './order-store'

/** Milliseconds that an order may take. */
const TAKES = { minimum: 50, maximum: 800 } as const
/** Seconds that an order stays in the cache. */
const CACHED_FOR = 60

const id = { type: 'string', format: 'uuid' } as const

const newOrder = {
  type: 'object',
  required: ['id', 'lines'],
  properties: {
    id,
    lines: {
      type: 'array',
      minItems: 2,
      maxItems: 5,
      items: {
        type: 'object',
        required: ['sku', 'quantity'],
        properties: {
          sku: { type: 'string', minLength: 1, maxLength: 40 },
          quantity: { type: 'integer', minimum: 1, maximum: 1_000 }
        }
      }
    },
    takes: { type: 'integer', ...TAKES },
    fulfilmentTakes: { type: 'integer', minimum: 0, maximum: 60_000 }
  }
} as const

/** Places orders, tells the warehouse where there is one, and shows them. */
export async function orders (app: FastifyInstance, { queueUrl }: { queueUrl?: string }): Promise<void> {
  const publish = publisher(app, queueUrl)

  app.post<{ Body: Order & { takes?: number, fulfilmentTakes?: number } }>('/orders', { schema: { body: newOrder } }, async (request, reply) => {
    const { id, lines, takes = drawn(), fulfilmentTakes = 0 } = request.body
    await writeOrder(app.pg, { id, lines }, takes)
    await publish({ id }, fulfilmentTakes) // a service that must not lose an order between the two keeps an outbox
    note(id, 'effect')
    return await reply.code(201).send({ id, lines })
  })

  app.get<{ Params: { id: string } }>('/orders/:id', { schema: { params: { type: 'object', properties: { id } } } }, async (request, reply) => {
    const { id } = request.params
    const cached = await unlessFailing(() => app.redis.get(`order:${id}`))
    if (cached) return await reply.type('application/json').send(cached)

    const order = await readOrder(app.pg, id)
    if (!order) return await reply.code(404).send({ error: `there is no order ${id}` })
    // null is a miss; a cache that has just failed is not asked again
    if (cached === null) await unlessFailing(() => app.redis.set(`order:${id}`, JSON.stringify(order), 'EX', CACHED_FOR))
    return order
  })

  /** The cache may fail; PostgreSQL knows the answer. */
  async function unlessFailing<T> (ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask()
    } catch (error) {
      app.log.warn({ err: error }, 'the cache did not answer')
    }
  }
}

function drawn (): number {
  return Math.round(TAKES.minimum + Math.random() * (TAKES.maximum - TAKES.minimum))
}
