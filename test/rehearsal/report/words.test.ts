import t from 'tap'

import { exitOf, latenessSentence, proofSentences } from '../../../lib/rehearsal/report/words'
import type { Proof, StopRecord } from '../../../types/rehearsal'

const stop: StopRecord = { order: 'together', decided: 0, lookedAway: [], exited: 5_000 }
const proof: Proof = { requests: 100, lost: 0, inWindow: 50, stops: 10, perRequest: 0.06, perStop: 0.3 }

t.test('an exit is a code, a signal, or what nobody saw', async (t) => {
  t.equal(exitOf({ ...stop, exitCode: 0 }), 'exit 0')
  t.equal(exitOf({ ...stop, exitSignal: 'SIGKILL' }), 'SIGKILL')
  t.equal(exitOf(stop), 'exit unknown')
  t.equal(exitOf({ ...stop, exited: undefined }), '–')
})

t.test('a zero proves as much as was sent, and a loss nothing but itself', async (t) => {
  t.match(proofSentences(proof), [/None of the 50 requests .* fewer than 6.* %/, /none of 10 lost anything/])
  t.match(proofSentences({ ...proof, inWindow: 0 })[0], /says nothing/)
  t.match(proofSentences({ ...proof, perStop: 1.5, stops: 2 })[1], /too few/)
  t.equal(proofSentences({ ...proof, stops: 0, perStop: null }).length, 1)
  t.match(proofSentences({ ...proof, lost: 3, perRequest: null }), [/3 of 100 requests were lost/])
})

t.test('requests that were never sent are counted', async (t) => {
  t.match(latenessSentence({ median: 1, p999: 12, max: Number.POSITIVE_INFINITY, unsent: 0 }), /none was left unsent/)
  t.match(latenessSentence({ median: 1, p999: 12, max: 20, unsent: 4 }), /4 were never sent/)
})
