import type { ClauseOutcome } from 'fastify-ecs-graceful/conformance'

const words: Readonly<Record<ClauseOutcome, string>> = { pass: 'pass', fail: '**fail**', 'not-applicable': '–', inconclusive: '?' }

/** A table in Markdown: a row for each clause, a column for each server. */
export function tableOf (clauses: readonly string[], servers: ReadonlyArray<readonly [name: string, outcomes: readonly ClauseOutcome[]]>): string {
  const rows = clauses.map((clause, index) => [clause, ...servers.map(([, outcomes]) => words[outcomes[index]!])])
  return [['clause', ...servers.map(([name]) => name)], ['---', ...servers.map(() => '---')], ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
