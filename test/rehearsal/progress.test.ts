import t from 'tap'

import { progress } from '../../lib/rehearsal/progress'
import type { RehearsalEvent } from '../../lib/rehearsal/types'

const load = (at: number, sent: number): RehearsalEvent => ({ type: 'load', sent, answered: sent - 1, lost: 1, at })
const task = (at: number): RehearsalEvent => ({ type: 'task', task: 2, state: 'signalled', at })

function written (isTTY: boolean, events: readonly RehearsalEvent[]): string[] {
  const texts: string[] = []
  const tell = progress({ isTTY, write: (text) => texts.push(text) })
  for (const event of events) tell(event)
  return texts
}

t.test('on a terminal the line of the load rewrites itself', async (t) => {
  t.strictSame(written(true, [load(1_000, 10), load(2_000, 20)]), [
    '\r\x1b[K   1.0 s  10 sent, 9 answered, 1 lost', '\r\x1b[K   2.0 s  20 sent, 19 answered, 1 lost'
  ])
})

t.test('on a terminal what a task does goes above the line of the load', async (t) => {
  t.strictSame(written(true, [load(1_000, 10), task(1_234)]).at(-1), '\r\x1b[K   1.2 s  task 2 signalled\n   1.0 s  10 sent, 9 answered, 1 lost')
})

t.test('elsewhere lines follow each other, with no control characters', async (t) => {
  t.strictSame(written(false, [task(12_345)]), ['  12.3 s  task 2 signalled\n'])
})

t.test('elsewhere the load is told of every five seconds, tasks always', async (t) => {
  const texts = written(false, [load(1_000, 1), load(4_900, 2), load(5_000, 3), task(5_100), load(9_999, 4), load(10_000, 5)])

  t.strictSame(texts, [
    '   5.0 s  3 sent, 2 answered, 1 lost\n', '   5.1 s  task 2 signalled\n', '  10.0 s  5 sent, 4 answered, 1 lost\n'
  ])
})
