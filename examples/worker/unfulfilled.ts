import type { Queryable } from '../checkout/schema'

/** Orders that PostgreSQL does not hold exactly one fulfilment of. */
export async function unfulfilled (db: Queryable, orders: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT placed.id FROM unnest($1::uuid[]) AS placed (id) LEFT JOIN fulfilments ON fulfilments.order_id = placed.id
     GROUP BY placed.id HAVING count(fulfilments.message_id) <> 1`, [orders])
  return rows.map(({ id }) => id)
}
