import t from 'tap'

import type { ConformanceOptions, ConformanceResult } from '../../lib/conformance/index'
import { fixture, held } from '../helpers/drainer'

/** Short, or the clauses that need traffic over the closing and a request that never ends would take the defaults' half a minute each. */
const timings = { drainDelay: 1_200, maxDrainDelay: 2_500, gracePeriod: 2_500, closeTimeout: 500, safetyMargin: 500 }
const options: ConformanceOptions = { command: fixture('conformant'), lameDuck: 1, stopTimeout: 7, level: ['MUST', 'SHOULD'] }

function notPassed ({ clauses }: ConformanceResult): string[] {
  return clauses.filter(({ outcome }) => outcome !== 'pass').map(({ id, outcome, sentence }) => outcome === 'not-applicable' ? id : `${id} ${outcome}: ${sentence}`)
}

t.test('the plugin keeps every MUST and SHOULD over HTTP/1.1', async (t) => {
  const result = await held({ ...options, env: { OPTIONS: JSON.stringify(timings) } })

  t.strictSame(notPassed(result), ['D31', 'D32', 'D33', 'D34'], 'which are of HTTP/2')
  t.equal(result.verdict, 'PASS')
})

t.test('the plugin keeps every MUST and SHOULD that is about HTTP/2 or the process over HTTP/2', async (t) => {
  const result = await held({ ...options, http2: true, env: { HTTP2: '1', OPTIONS: JSON.stringify(timings) } })

  const applied = result.clauses.filter(({ outcome }) => outcome !== 'not-applicable').map(({ id }) => id)
  t.strictSame(notPassed(result).filter((said) => said.includes(' ')), [])
  t.strictSame(applied, ['D23', 'D24', 'D30', 'D31', 'D32', 'D33', 'D34'])
  t.equal(result.verdict, 'PASS')
})
