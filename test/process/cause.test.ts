import t, { type Test } from 'tap'

import { Agent } from '../../lib/rehearsal/task/index'
import { Aws } from '../helpers/aws'
import { brisk, Child } from '../helpers/child'
import { get, probe } from '../helpers/http'

t.jobs = 4

t.test('a task that its balancer left before the signal drains early, and says why', { buffered: true }, async (t) => {
  // A drain delay far longer than this test may take.
  const options = { ...brisk, stopTimeout: 120_000, drainDelay: 60_000, maxDrainDelay: 60_000, earlyExit: true }
  const child = new Child(t, { options, with: ['clock-leaps'] })
  await probe(await child.ready())
  child.send('SIGUSR2')
  await child.line((line) => 'leapt' in line)

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  const report = await child.report()
  t.match(report, {
    left: 'quiet', cause: { ecs: null, spot: null, order: 'deregister-first', evidence: { probesStopped: true, lastRequest: null, lastProbe: null } }
  })
  t.ok(report.durations.draining < 60_000)
  t.ok(report.cause.evidence.quietBefore! >= options.quietPeriod)
})

t.test('a stop that ECS asked for is told from one that it did not', { buffered: true }, async (t) => {
  const agent = await Agent.start({ now: () => performance.now() })
  t.teardown(() => agent.close())
  const [asked, unasked] = [1, 2].map((task) => new Child(t, agent.add({ task, port: 8_080, revision: 1 }))) as [Child, Child]
  await Promise.all([asked.ready(), unasked.ready()])

  agent.desired(1, 'STOPPED')
  asked.send('SIGTERM')
  unasked.send('SIGTERM')

  t.match((await asked.report()).cause, { ecs: true, spot: null, order: 'unknown' })
  t.match((await unasked.report()).cause, { ecs: false })
})

t.test('traffic that goes on for a while after the signal shows in the cause', { buffered: true }, async (t) => {
  const child = new Child(t)
  const port = await child.ready()
  await probe(port)

  child.send('SIGTERM')
  await child.phase('draining')
  await get(port, '/fast')
  await probe(port)

  t.match((await child.report()).cause, { order: 'together', evidence: { probesStopped: false, quietBefore: null, lastRequest: Number, lastProbe: Number } })
})

/** What ECS says of a task on Spot, and of its definition. */
const spot = (stopTimeout: number, stopCode: string | undefined) => ({
  DescribeTasks: { tasks: [{ capacityProviderName: 'FARGATE_SPOT', launchType: 'FARGATE', stopCode }] },
  DescribeTaskDefinition: { taskDefinition: { containerDefinitions: [{ name: 'app', stopTimeout }] } }
})

/** A task on Spot that asks ECS about itself. */
async function describing (t: Test, stopTimeout: number, stopCode: () => string | undefined): Promise<Child> {
  const agent = await Agent.start({ now: () => performance.now() })
  t.teardown(() => agent.close())
  const aws = await Aws.start(t, ({ action }) => ({ document: spot(stopTimeout, stopCode())[action as 'DescribeTasks'] }))
  const { env } = agent.add({ task: 1, port: 8_080, revision: 7 })
  return new Child(t, { options: { ...brisk, ecs: { describe: true } }, env: { ...aws.env, ...env } })
}

t.test('a task that ECS reclaims for Spot says so', { buffered: true }, async (t) => {
  const ecs: { stopCode?: string } = {}
  const child = await describing(t, 30, () => ecs.stopCode)
  await child.ready()

  ecs.stopCode = 'SpotInterruption'
  child.send('SIGTERM')

  t.match((await child.report()).cause, { spot: true })
})

t.test('a stop timeout above the one in the task definition refuses the start', { buffered: true }, async (t) => {
  const child = await describing(t, 5, () => undefined)

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(child.lines.map(({ text }) => text).join('\n'), /stop-timeout: .*\(10 s\) must be at most the task definition's stopTimeout \(5 s\)/)
})
