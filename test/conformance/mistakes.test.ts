import t from 'tap'

import { clauses, type ConformanceOptions } from '../../lib/conformance/index'
import { sideBySide } from '../../lib/conformance/side-by-side'
import { fixture, held, mistaken } from '../helpers/drainer'

/** What a mistake needs to show, beside the server that makes it. */
function surroundings (id: string): Partial<ConformanceOptions> {
  if (id === 'D30') return { env: { START: '3000' } } // far longer than a busy machine needs until a signal is handled
  const needsHttp2 = clauses.some((clause) => clause.id === id && clause.needs.includes('http2'))
  return needsHttp2 ? { http2: true, env: { HTTP2: '1' } } : {}
}

t.test('each clause fails for a server that breaks it, with evidence', async (t) => {
  const longFirst = [...clauses].sort((a, b) => Number(b.long ?? false) - Number(a.long ?? false))
  const results = await sideBySide(8, longFirst.map(({ id }) => async () => await mistaken(id, surroundings(id))))

  t.strictSame(results.filter(({ outcome }) => outcome !== 'fail').map(({ id, outcome, sentence }) => [id, outcome, sentence]), [])
  t.strictSame(results.filter(({ evidence }) => !evidence.some(({ text }) => text === 'SIGTERM')).map(({ id }) => id), ['D11'], 'which is signalled by itself')
  t.strictSame(results.filter(({ sentence }) => sentence === '').map(({ id }) => id), [])
})

t.test('a server that makes no mistake keeps all of them', async (t) => {
  const [one, two] = await Promise.all([
    held({ command: fixture('drainer'), env: { START: '500' } }),
    held({ command: fixture('drainer'), http2: true, env: { HTTP2: '1', START: '500' } })
  ])

  const outcomes = clauses.map(({ id }, index) => [id, one.clauses[index]!.outcome, two.clauses[index]!.outcome])
  t.strictSame(outcomes.filter((pair) => !pair.includes('pass') || pair.includes('fail') || pair.includes('inconclusive')), [])
  t.equal(one.verdict, 'PASS')
  t.equal(two.verdict, 'PASS')
})
