import t from 'tap'

import { deferred } from '../../lib/core/deferred'
import { TrackedWork } from '../../lib/core/tracked-work'
import { turn } from '../helpers/turn'

const ignore = () => {}

t.test('work is held by its name until it is done', async (t) => {
  const work = new TrackedWork()
  const mail = deferred()

  work.track('mail', mail.promise, ignore)
  t.strictSame(work.names, ['mail'])
  mail.resolve()
  await turn()

  t.strictSame(work.names, [])
})

t.test('two works of one name are two', async (t) => {
  const work = new TrackedWork()
  const [first, second] = [deferred(), deferred()]

  work.track('mail', first.promise, ignore)
  work.track('mail', second.promise, ignore)
  t.strictSame(work.names, ['mail', 'mail'])
  first.resolve()
  await turn()

  t.strictSame(work.names, ['mail'])
})

t.test('work that fails is told with its name and error, and held no longer', async (t) => {
  const work = new TrackedWork()
  const failures: unknown[] = []
  const error = new Error('no such mailbox')

  work.track('mail', Promise.reject(error), (...failure) => failures.push(failure))
  await turn()

  t.strictSame(failures, [['mail', error]])
  t.strictSame(work.names, [])
})

t.test('the names that were handed out do not change afterwards', async (t) => {
  const work = new TrackedWork()
  const before = work.names

  work.track('mail', new Promise(() => {}), ignore)

  t.strictSame(before, [])
})

t.test('a name that is a function says how much is left, each time it is asked', async (t) => {
  const work = new TrackedWork()
  let left = 3
  const failures: string[] = []

  work.track(() => `orders: ${left}`, Promise.reject(new Error('no')), (name) => failures.push(name))
  const before = work.names
  left = 2
  await turn()

  t.strictSame([before, failures], [['orders: 3'], ['orders: 2']])
})

t.test('a name that cannot be said is no reason to forget the work', async (t) => {
  const work = new TrackedWork()
  const mute = (): string => { throw new Error('no name') }

  work.track(mute, new Promise(() => {}), ignore)
  work.track(() => { throw new Error('no name') }, new Promise(() => {}), ignore)
  work.track(() => undefined as unknown as string, new Promise(() => {}), ignore)

  t.strictSame([work.names, work.size], [['mute', '(no name)', 'undefined'], 3])
})
