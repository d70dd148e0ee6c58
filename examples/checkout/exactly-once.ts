import type { Queryable } from './schema'

/** Where what the service said and what PostgreSQL holds differ. Orders by id, each once in a list. */
export interface ExactlyOnce {
  /** Answered, but not written. */
  readonly missing: string[]
  /** Written more than once, answered or not. */
  readonly duplicated: string[]
  /** Written, though nobody was told. No defect by itself: the answer may have been cut after the commit. */
  readonly unansweredButWritten: string[]
  /** Written with other than all of its lines, answered or not. */
  readonly brokenLines: string[]
}

/**
 * Holds the orders that clients sent against what was written of them: every `answered` order (201) must be there exactly
 * once with all its lines. Looks at no other orders; reads only.
 */
export async function exactlyOnce (db: Queryable, answered: readonly string[], unanswered: readonly string[] = []): Promise<ExactlyOnce> {
  const sent = [...new Set([...answered, ...unanswered])]
  const { rows } = await db.query<{ id: string, times: number, broken: boolean }>(
    `SELECT sent.id, count(orders.key)::int AS times,
       coalesce(bool_or(orders.line_count <> (SELECT count(*) FROM order_lines WHERE order_key = orders.key)), false) AS broken
     FROM unnest($1::uuid[]) AS sent (id) LEFT JOIN orders USING (id) GROUP BY sent.id`, [sent])

  const written = new Map(rows.map((row) => [row.id, row]))
  const where = (ids: readonly string[], is: (row: { times: number, broken: boolean }) => boolean): string[] =>
    [...new Set(ids)].filter((id) => is(written.get(id.toLowerCase())!))
  const known = new Set(answered)
  return {
    missing: where(answered, ({ times }) => times === 0),
    duplicated: where(sent, ({ times }) => times > 1),
    unansweredButWritten: where(unanswered.filter((id) => !known.has(id)), ({ times }) => times > 0),
    brokenLines: where(sent, ({ broken }) => broken)
  }
}
