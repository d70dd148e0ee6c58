import t, { type Test } from 'tap'

import { Balancer } from '../../lib/rehearsal/balancer'
import { seeded } from '../../lib/rehearsal/random'
import { Rollout } from '../../lib/rehearsal/rollout'
import type { Rehearsal } from '../../lib/rehearsal/types'
import { story, tiny, type Way } from './fixtures/rehearsals'
import { until } from './fixtures/servers'

t.jobs = 10

async function rolledOut (t: Test, way: Way, options: Partial<Rehearsal> = {}): Promise<{ rollout: Rollout, events: string[] }> {
  const { events, onEvent } = story()
  const rehearsal = tiny(way, { onEvent, ...options })
  const { nodes, healthCheck, lag, seed, deregistrationDelaySeconds } = rehearsal
  const balancer = new Balancer({ nodes, healthCheck, lag, seed, deregistrationDelay: deregistrationDelaySeconds * 1_000 })
  await balancer.listen()
  const began = performance.now()
  const rollout = new Rollout(rehearsal, balancer, () => performance.now() - began)
  t.teardown(() => {
    balancer.close()
    rollout.end()
  })
  return { rollout, events }
}

/** A whole deployment of one task, and what happened in which order. */
async function deployed (t: Test, way: Way, options: Partial<Rehearsal>): Promise<{ rollout: Rollout, events: string[] }> {
  const { rollout, events } = await rolledOut(t, way, options)
  await rollout.start()
  await rollout.deploy()
  return { rollout, events }
}

const replaced = ['task 1 starting', 'task 1 serving', 'task 2 starting', 'task 2 serving']

t.test('deregister-first: the task is signalled when the deregistration delay is over', { buffered: true }, async (t) => {
  const { rollout, events } = await deployed(t, 'exits', { order: 'deregister-first' })

  t.strictSame(events, [...replaced, 'task 1 deregistered', 'task 1 signalled', 'task 1 exited'])
  t.match(rollout.records, [{ task: 1, exitCode: 0, exitSignal: null }, { task: 2, signalled: undefined }])
})

t.test('together: the task is deregistered and signalled at once', { buffered: true }, async (t) => {
  const { events } = await deployed(t, 'drains', { order: 'together', deregistrationDelaySeconds: 60 })

  t.strictSame(events, [...replaced, 'task 1 deregistered', 'task 1 signalled', 'task 1 exited'])
})

t.test('signal-first: the task is deregistered a while after the signal', { buffered: true }, async (t) => {
  const seed = Array.from({ length: 1_000 }, (_, seed) => seed).find((seed) => seeded(seed, 'rollout')() < 0.01)! // a while of 1.0 s

  const { events } = await deployed(t, 'ignores', { order: 'signal-first', seed, stopTimeoutSeconds: 1.5 })

  t.strictSame(events, [...replaced, 'task 1 signalled', 'task 1 deregistered', 'task 1 exited'])
})

t.test('health-only: the task is deregistered only when it is gone', { buffered: true }, async (t) => {
  const { events } = await deployed(t, 'drains', { order: 'health-only' })

  t.strictSame(events, [...replaced, 'task 1 signalled', 'task 1 exited', 'task 1 deregistered'])
})

t.test('old tasks are stopped only when all of the new ones have traffic', { buffered: true }, async (t) => {
  const { events } = await deployed(t, 'exits', { order: 'together', tasks: 2 })

  t.strictSame(events.slice(4, 8).sort(), ['task 3 serving', 'task 3 starting', 'task 4 serving', 'task 4 starting'])
  t.strictSame(events.slice(8).sort(), [1, 2].flatMap((task) => ['deregistered', 'exited', 'signalled'].map((state) => `task ${task} ${state}`)))
})

t.test('a task that is still there at the stop timeout is killed, and that is recorded', { buffered: true }, async (t) => {
  const { rollout } = await deployed(t, 'ignores', { stopTimeoutSeconds: 0.2 })

  const { signalled, exited, exitCode, exitSignal } = rollout.records[0]!
  t.strictSame({ exitCode, exitSignal }, { exitCode: null, exitSignal: 'SIGKILL' })
  t.ok(exited! > signalled!)
})

t.test('an exit code other than 0 is recorded', { buffered: true }, async (t) => {
  const { rollout } = await deployed(t, 'fails', {})

  t.match(rollout.records[0], { exitCode: 1, exitSignal: null })
})

t.test('a command that does not start is refused with its exit code', { buffered: true }, async (t) => {
  const { rollout } = await rolledOut(t, 'dies')

  await t.rejects(rollout.start(), { message: /^task 1 ended while starting \(3\):/ })
})

t.test('a command that does not start is refused with what it said', { buffered: true }, async (t) => {
  const { rollout } = await rolledOut(t, 'dies')

  await t.rejects(rollout.start(), { message: /no database\n$/ })
})

t.test('a command that is not there is refused by name', { buffered: true }, async (t) => {
  const { rollout } = await rolledOut(t, 'dies', { command: ['/no/such/command'] })

  await t.rejects(rollout.start(), { message: /^task 1 ended while starting[^]*\/no\/such\/command ENOENT/ })
})

t.test('the end of a rollout ends its tasks, whatever they are about', { buffered: true }, async (t) => {
  const { rollout, events } = await rolledOut(t, 'ignores', { tasks: 2 })
  await rollout.start()
  const deploying = rollout.deploy()
  await until(() => events.includes('task 2 signalled'))

  rollout.end()

  await deploying
  t.match(rollout.records.slice(0, 2), [{ exitSignal: 'SIGKILL' }, { exitSignal: 'SIGKILL' }])
})
