import t from 'tap'

import { table } from '../../bench/growth/table'

const kinds = [{ name: 'probes', times: 100, atOnce: 1, once: async () => {} }]
/** Rounds in which a task with the plugin gains so many bytes by each probe, and another none. */
const rounds = (bytesEach: number) => Array.from({ length: 9 }, (_, round) => ({
  left: [{ own: bytesEach * 100, control: 0 }],
  heap: { own: 2 ** 24 + bytesEach * 100 * round, control: 2 ** 24 }
}))

t.test('what each probe leaves shows, for itself and in the heap', async (t) => {
  const text = table(kinds, rounds(1_024))

  t.match(text, /^probes +900 +1024\.0 +0\.0$/m)
  t.match(text, /^with the plugin +16\.29 +16\.78 +100\.0 +100\.0 to 100\.0$/m)
  t.match(text, /^between them +100\.0 +100\.0 to 100\.0$/m)
  t.match(text, 'rounds 4 to 9, each of 100')
})

t.test('nothing left is nothing shown', async (t) => {
  t.match(table(kinds, rounds(0)), /^between them +0\.0 +0\.0 to 0\.0$/m)
})
