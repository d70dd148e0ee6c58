import type { Queryable } from '../checkout/schema'

/** Creates the table that is missing. */
export async function createWorkerSchema (db: Queryable): Promise<void> {
  await db.query(`
    SELECT pg_advisory_xact_lock(hashtext('worker schema'));

    -- The message's id is what makes a second delivery harmless: SQS promises at least one.
    CREATE TABLE IF NOT EXISTS fulfilments (
      message_id   text PRIMARY KEY,
      order_id     uuid NOT NULL,
      fulfilled_at timestamptz NOT NULL DEFAULT now()
    );`)
}
