import type { FastifyInstance } from 'fastify'
import { Readable } from 'node:stream'
import timers from 'node:timers/promises'

import type { Queryable } from './schema'

/** Milliseconds from row to row. */
const PACE = 100

const query = {
  type: 'object',
  properties: { seconds: { type: 'number', minimum: 0, maximum: 20, default: 4 } }
} as const

/** A report that takes its time, as newline-delimited JSON. */
export async function reports (app: FastifyInstance): Promise<void> {
  app.get<{ Querystring: { seconds: number } }>('/reports/slow', { schema: { querystring: query } }, async (request, reply) => {
    const { seconds } = request.query
    return await reply.type('application/x-ndjson').send(Readable.from(slowReport(app.pg, seconds)))
  })
}

/** A row each 100 ms, read when its time has come. Only a report that is whole ends with `end`. */
async function * slowReport (db: Queryable, seconds: number): AsyncGenerator<string> {
  const count = Math.round(seconds * 1_000 / PACE)
  const since = performance.now()
  for (let row = 1; row <= count; row++) {
    await timers.setTimeout(since + row * PACE - performance.now())
    const { rows: [orders] } = await db.query<{ placed: number }>('SELECT count(*)::int AS placed FROM orders')
    yield `${JSON.stringify({ row, ...orders })}\n`
  }
  yield `${JSON.stringify({ end: true, rows: count })}\n`
}
