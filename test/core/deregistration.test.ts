import t, { type Test } from 'tap'

import { deferred } from '../../lib/core/deferred'
import { deregister, type Attempt, type Deregistration } from '../../lib/core/deregistration'
import { FakeTask } from '../helpers/task'

const done: Attempt = { value: {} }
const throttled: Attempt = { failure: 'too many', denied: false }
const denied: Attempt = { failure: 'not allowed', denied: true }

/** A task that begins to leave now; each attempt is answered with the next of `answers`, or the last. */
function leaving (t: Test, task: FakeTask, ...answers: Array<Attempt | Promise<Attempt>>) {
  const over = new AbortController()
  t.teardown(() => over.abort())
  const attempts: number[] = []
  const ended: Deregistration[] = []
  const attempt = async (): Promise<Attempt> => {
    attempts.push(task.age)
    return await (answers.length > 1 ? answers.shift()! : answers[0]!)
  }
  void deregister(task, attempt, over.signal).then((ending) => ended.push(ending))
  return { attempts, ended, over: () => over.abort() }
}

t.test('a probe of just before the signal is enough: it leaves at once', async (t) => {
  const task = new FakeTask()
  task.probe()

  const { attempts, ended } = leaving(t, task, done)
  await task.until(0)

  t.strictSame([attempts, ended], [[0], ['done']])
})

t.test('where no probe has come, the first request after the signal shows that the balancer is there', async (t) => {
  const task = new FakeTask()
  const { attempts, ended } = leaving(t, task, done)

  await task.until(1_990)
  t.strictSame(attempts, [])
  task.request()
  await task.until(2_000)

  t.strictSame([attempts, ended], [[2_000], ['done']])
})

t.test('a probe after the signal does, too', async (t) => {
  const task = new FakeTask()
  const { attempts } = leaving(t, task, done)

  await task.until(2_990)
  task.probe()
  await task.until(3_000)

  t.strictSame(attempts, [3_000])
})

t.test('a task that was deregistered first asks for nothing: its checkers are silent, and no request comes', async (t) => {
  const task = new FakeTask()
  task.probe()
  task.request()
  await task.clock.advance(31_000)

  const { attempts, ended, over } = leaving(t, task, done)
  await task.until(31_000 + task.plan.maxDrainDelay)
  over()
  await task.clock.advance(0)

  t.strictSame([attempts, ended], [[], ['not needed']])
  t.equal(task.clock.waiting, 0)
})

t.test('neither does one whose lame duck is over, or that does not listen', async (t) => {
  const [hurried, deaf] = [new FakeTask(), new FakeTask()]
  hurried.probe()
  deaf.probe()
  deaf.serving.listening = false

  const unasked = () => Promise.reject(new Error('it was asked'))
  t.equal(await deregister(hurried, unasked, AbortSignal.abort()), 'not needed')
  t.equal(await deregister(deaf, unasked, new AbortController().signal), 'not needed')
})

t.test('what failed is tried again, each time after twice the pause', async (t) => {
  const task = new FakeTask()
  task.probe()

  const { attempts, ended } = leaving(t, task, throttled, throttled, throttled, done)
  await task.until(10_000)

  t.strictSame([attempts, ended], [[0, 1_000, 3_000, 7_000], ['done']])
})

t.test('who is not allowed to does not try again', async (t) => {
  const task = new FakeTask()
  task.probe()

  const { attempts, ended } = leaving(t, task, throttled, denied)
  await task.until(1_000)

  t.strictSame([attempts, ended], [[0, 1_000], [{ failure: 'not allowed' }]])
})

t.test('the end of the lame duck ends it, with what failed last', async (t) => {
  const task = new FakeTask()
  task.probe()

  const { attempts, ended, over } = leaving(t, task, throttled)
  await task.until(2_000)
  over()
  await task.until(20_000)

  t.strictSame([attempts, ended], [[0, 1_000], [{ failure: 'too many' }]])
  t.equal(task.clock.waiting, 0)
})

t.test('an answer that has not come by then is not waited for', async (t) => {
  const task = new FakeTask()
  task.probe()
  const answer = deferred<Attempt>()

  const { ended, over } = leaving(t, task, answer.promise)
  await task.until(2_000)
  t.strictSame(ended, [])
  over()
  await task.until(2_000)

  t.strictSame(ended, [{ failure: 'there was no answer before the lame duck was over' }])
  answer.resolve(done)
})
