import t from 'tap'

import { afterOrder, dueOrder, isProtected, mayBeProtected, nextOrder, unprotected } from '../../lib/core/protection'

const MINUTE = 60_000
const obeyed = { obeyed: true } as const
const silence = { obeyed: false, unchanged: false, again: false, code: 'ETIMEDOUT', message: '' } as const
const anHour = afterOrder(unprotected, { enabled: true, minutes: 60 }, obeyed, 0)

t.test('nothing is due as long as nothing is wanted, or protected', async (t) => {
  t.equal(dueOrder(0, unprotected, 0), undefined)
  t.equal(dueOrder(60, anHour, 0), undefined)
  t.equal(dueOrder(10, anHour, 0), undefined, 'more than is wanted is enough')
  t.equal(nextOrder(anHour, 0), 30 * MINUTE)
})

t.test('a protection is there until it expires, whatever becomes of it', async (t) => {
  t.ok(isProtected(anHour, 60 * MINUTE - 1))
  t.notOk(isProtected(anHour, 60 * MINUTE))
  t.notOk(mayBeProtected(anHour, 60 * MINUTE))
})

t.test('without an answer, what was and what was asked for may be in force, the longer of the two', async (t) => {
  const shorter = afterOrder(anHour, { enabled: true, minutes: 10 }, silence, 30 * MINUTE)

  t.notOk(isProtected(shorter, 30 * MINUTE))
  t.ok(mayBeProtected(shorter, 60 * MINUTE - 1))
  t.strictSame(dueOrder(0, shorter, 40 * MINUTE), { enabled: false })
})

t.test('giving up that was not answered leaves what may be in force, and is tried again', async (t) => {
  const after = afterOrder(anHour, { enabled: false }, silence, 10 * MINUTE)

  t.ok(mayBeProtected(after, 60 * MINUTE - 1))
  t.equal(nextOrder(after, 10 * MINUTE), 11 * MINUTE)
  t.strictSame(dueOrder(0, after, 11 * MINUTE), { enabled: false })
})
