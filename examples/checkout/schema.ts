import type { ClientBase } from 'pg'

/** What runs a statement: a client, or a pool. */
export type Queryable = Pick<ClientBase, 'query'>

/** Creates the tables that are missing, in one transaction and one at a time: two `IF NOT EXISTS` side by side collide. */
export async function createSchema (db: Queryable): Promise<void> {
  await db.query(`
    SELECT pg_advisory_xact_lock(hashtext('checkout schema'));

    -- An order's id is the client's. Nothing keeps it from being written twice, so that a second time can be seen.
    CREATE TABLE IF NOT EXISTS orders (
      key        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id         uuid NOT NULL,
      line_count integer NOT NULL,
      placed_at  timestamptz NOT NULL DEFAULT now()
    );
    CREATE INDEX IF NOT EXISTS orders_id ON orders (id);

    CREATE TABLE IF NOT EXISTS order_lines (
      order_key bigint NOT NULL REFERENCES orders (key),
      number    integer NOT NULL,
      sku       text NOT NULL,
      quantity  integer NOT NULL,
      PRIMARY KEY (order_key, number)
    );`)
}
