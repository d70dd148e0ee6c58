import t from 'tap'

import { workResult } from '../../../lib/rehearsal/work/index'
import type { ServerRecord } from '../../../types/rehearsal'

type Event = ServerRecord['event']

/** Work published at 0, and what the workers wrote of it: events with their instants, one task each unless they say otherwise. */
function result (story: ReadonlyArray<readonly [event: Event, at: number]>) {
  return workResult([{ id: 'a', at: 0 }], story.map(([event, at]) => ({ task: 1, id: 'a', event, at })))
}

const done = [['received', 10], ['start', 11], ['effect', 500], ['end', 510]] as const

t.test('work that was received, begun and done once is in order', async (t) => {
  t.strictSame(result(done), {
    published: 1,
    received: 1,
    done: 1,
    handedBack: 0,
    deadLettered: 0,
    lost: [],
    duplicated: [],
    startedTwice: [],
    stranded: [],
    outOfOrder: [],
    backWithin: null
  })
})

t.test('work that nobody did is lost, whether somebody had it or not', async (t) => {
  t.match(result([]), { done: 0, lost: ['a'] })
  t.match(result([['received', 10], ['start', 11]]), { lost: ['a'] })
})

t.test('dead-lettered is not lost: an operator finds it', async (t) => {
  t.match(result([['received', 10], ['start', 11], ['dead-lettered', 20]]), { done: 0, deadLettered: 1, lost: [] })
})

t.test('work that was done twice is told from work that was begun twice', async (t) => {
  t.match(result([...done, ['received', 900], ['start', 901], ['effect', 950]]), { duplicated: ['a'], startedTwice: ['a'] })
  t.match(result([['start', 1], ['start', 400], ['effect', 500]]), { duplicated: [], startedTwice: ['a'] })
})

t.test('work that was handed back may be begun again, and says how long it lay', async (t) => {
  t.match(result([['received', 1], ['start', 2], ['handed-back', 100], ['received', 140], ['start', 141], ['effect', 200]]), {
    startedTwice: [], handedBack: 1, done: 1, backWithin: { median: 40, max: 40 }
  })
  t.equal(result([['received', 1], ['handed-back', 100]]).backWithin, null)
})

t.test('work that lay while later work was taken up was stranded', async (t) => {
  const later = { task: 2, id: 'later', event: 'received', at: 200 } as const
  const strandedBeside = (story: ReadonlyArray<readonly [event: Event, at: number]>): readonly string[] =>
    workResult([{ id: 'a', at: 0 }, { id: 'later', at: 100 }], [...story.map(([event, at]) => ({ task: 1, id: 'a', event, at })), later]).stranded

  t.strictSame(strandedBeside([['received', 15_201], ['start', 15_202], ['effect', 15_203]]), ['a'])
  t.strictSame(strandedBeside([['received', 15_200], ['start', 15_201], ['effect', 15_202]]), [])
  t.strictSame(strandedBeside([['received', 1], ['handed-back', 2], ['received', 15_203], ['effect', 15_204]]), ['a'])
})

t.test('work that waits with all the rest, behind a fleet that cannot keep up, is not stranded', async (t) => {
  const published = Array.from({ length: 100 }, (_, index) => ({ id: String(index), at: index }))
  const records = published.map(({ id, at }): ServerRecord => ({ task: 1, id, event: 'received', at: 60_000 + at }))

  t.strictSame(workResult(published, records).stranded, [])
})

t.test('work that waits behind an earlier piece of its group is not stranded, but one that waits behind nothing is', async (t) => {
  const record = (id: string, event: Event, at: number): ServerRecord => ({ task: 1, id, event, at, group: 'x', sequence: id })
  const first = [record('1', 'start', 100), record('1', 'effect', 16_000), record('1', 'end', 16_001)]
  const second = (at: number): ServerRecord[] => [record('2', 'start', at), record('2', 'effect', at + 1), record('2', 'end', at + 2)]
  const other: ServerRecord = { task: 2, id: 'other', event: 'received', at: 16_003 }
  const published = [{ id: '1', at: 0 }, { id: '2', at: 0 }, { id: 'other', at: 16_002 }]

  t.strictSame(workResult(published, [...first, ...second(16_010), other]).stranded, [])
  t.strictSame(workResult(published, [...first, ...second(31_004), other]).stranded, ['2'])
})

t.test('a group whose work is done out of its order is named, however long the numbers are', async (t) => {
  const records = (sequences: ReadonlyArray<readonly [group: string, sequence: string]>): ServerRecord[] =>
    sequences.map(([group, sequence], at) => ({ task: 1, id: String(at), event: 'effect', group, sequence, at }))

  t.strictSame(workResult([], records([['x', '9'], ['y', '3'], ['x', '10'], ['y', '4'], ['y', '4']])).outOfOrder, [])
  t.strictSame(workResult([], records([['x', '18870496937843167488'], ['x', '18870496937843167232'], ['y', '1']])).outOfOrder, ['x'])
})
