import type { PostgresDb } from '@fastify/postgres'

import type { Queryable } from './schema'

export interface Line {
  readonly sku: string
  readonly quantity: number
}

export interface Order {
  readonly id: string
  readonly lines: readonly Line[]
}

/**
 * Writes an order and its lines in one transaction, or nothing. The transaction takes `takes` milliseconds longer than it
 * need, in place of the stock, prices and payments of a real one. Writes a second order if there is one of that id.
 */
export async function writeOrder (db: PostgresDb, { id, lines }: Order, takes: number): Promise<void> {
  await db.transact(async (client) => {
    const { rows: [order] } = await client.query<{ key: string }>(
      'INSERT INTO orders (id, line_count) VALUES ($1, $2) RETURNING key', [id, lines.length])
    await client.query('SELECT pg_sleep($1)', [takes / 1_000])
    await client.query(
      `INSERT INTO order_lines (order_key, number, sku, quantity)
       SELECT $1, number, sku, quantity FROM unnest($2::text[], $3::int[]) WITH ORDINALITY AS line (sku, quantity, number)`,
      [order!.key, lines.map(({ sku }) => sku), lines.map(({ quantity }) => quantity)])
  })
}

/** The order of that id, the first one if there are two. */
export async function readOrder (db: Queryable, id: string): Promise<Order | undefined> {
  const { rows: lines } = await db.query<Line>(
    `SELECT sku, quantity FROM order_lines
     WHERE order_key = (SELECT min(key) FROM orders WHERE id = $1) ORDER BY number`, [id])
  return lines.length > 0 ? { id, lines } : undefined
}
