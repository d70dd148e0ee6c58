import type { ClauseResult, ConformanceVerdict } from '../../types/conformance'

/** The verdict over all clauses that were tested, and why. Pure. */
export function judge (results: readonly ClauseResult[], strict: boolean): { readonly verdict: ConformanceVerdict, readonly sentence: string } {
  const ids = (outcome: ClauseResult['outcome'], levels: readonly ClauseResult['level'][]): string[] =>
    results.filter((result) => result.outcome === outcome && levels.includes(result.level)).map(({ id }) => id)
  const must = ids('fail', ['MUST'])
  const should = ids('fail', ['SHOULD'])
  const unforced = ids('inconclusive', ['MUST'])
  const passed = results.filter(({ outcome }) => outcome === 'pass').length
  const counted = `${passed} of ${results.length} clauses passed`

  if (must.length > 0) return { verdict: 'FAIL', sentence: `A user would have noticed: ${listed(must)} failed; ${counted}.` }
  if (strict && should.length > 0) return { verdict: 'FAIL', sentence: `Strictly taken, ${listed(should)} failed; ${counted}.` }
  if (unforced.length > 0) return { verdict: 'INCONCLUSIVE', sentence: `The instant of ${listed(unforced)} could not be forced; ${counted}.` }
  if (passed === 0) return { verdict: 'INCONCLUSIVE', sentence: 'No clause applied, so nothing was shown.' }
  return { verdict: 'PASS', sentence: `No MUST failed${should.length > 0 ? `, but ${listed(should)}, which SHOULD hold, did` : ''}; ${counted}.` }
}

function listed (ids: readonly string[]): string {
  return ids.length === 1 ? ids[0]! : `${ids.slice(0, -1).join(', ')} and ${ids.at(-1)!}`
}
