// The balancer checks health as seldom as an ALB does by default, and nobody tells it of a stop but the task itself.
import timers from 'node:timers/promises'
import t, { type Test } from 'tap'

import { Agent } from '../../lib/rehearsal/task/index'
import type { DrainReport, EcsGracefulOptions } from '../../types/index'
import { Aws } from '../helpers/aws'
import { brisk, startService, type Exit } from '../helpers/child'
import { ask, rig } from '../rehearsal/alb/rig'

t.jobs = 2

const healthCheck = { path: '/health', intervalSeconds: 30, timeoutSeconds: 5, unhealthyThreshold: 2, healthyThreshold: 5 }
const targetGroupArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef'

/** Milliseconds between two requests, and how many follow the exit. */
const PACE = 10
const AFTER = 100

interface Stop {
  readonly exit: Exit
  readonly report: DrainReport
  readonly deregistered: boolean
  readonly answered: number
  /** How requests ended that were not answered as they should. */
  readonly lost: readonly number[]
}

/** Stops one of two tasks under load, as StopTask does at its worst: by a signal, and no word to the balancer. */
async function stopUnderLoad (t: Test, ecs: EcsGracefulOptions['ecs']): Promise<Stop> {
  const { balancer, ports, serving, lookedAway } = await rig(t, { nodes: 2, healthCheck, lag: [100, 800] })
  const tasks = new Map<string, number>()
  const aws = await Aws.start(t, ({ input }) => {
    balancer.deregister(tasks.get(`${input['Targets.member.1.Id']}:${input['Targets.member.1.Port']}`)!)
    return { document: {} }
  })
  const agent = await Agent.start({ now: () => performance.now() })
  t.teardown(() => agent.close())
  const [leaving] = await Promise.all([1, 2].map(async (task) => {
    const { env } = agent.add({ task, port: 3_000, revision: 1 })
    const { child, port } = await startService(t, { options: { ...brisk, ecs }, env: { ...aws.env, ...env } })
    tasks.set(`10.0.16.${task + 4}:${port}`, task)
    await serving(task, port)
    return child
  }))

  const statuses: Array<Promise<number>> = []
  const send = async (): Promise<void> => {
    statuses.push(ask(ports[statuses.length % ports.length]!, '/fast').then(({ status }) => status))
    await timers.setTimeout(PACE)
  }
  leaving!.send('SIGTERM')
  while (await Promise.race([send().then(() => true), leaving!.exit.then(() => false)]));
  for (let more = 0; more < AFTER; more++) await send()

  const ended = await Promise.all(statuses)
  return {
    exit: await leaving!.exit,
    report: await leaving!.report(),
    deregistered: lookedAway.length === ports.length,
    answered: ended.length,
    lost: ended.filter((status) => status !== 200)
  }
}

t.test('a task that takes itself out of its target group loses nothing, although no health check would have found it in time', { buffered: true }, async (t) => {
  const { exit, report, deregistered, answered, lost } = await stopUnderLoad(t, { deregister: { targetGroupArn } })

  t.strictSame([exit, deregistered], [{ code: 0, signal: null }, true])
  t.ok(answered > AFTER && report.served > 0, 'the signal came under load')
  t.strictSame(lost, [])
})

t.test('the same stop without it loses what is sent after the longest lame duck', { buffered: true }, async (t) => {
  const { exit, report, deregistered, lost } = await stopUnderLoad(t, {})

  t.strictSame([exit, deregistered], [{ code: 0, signal: null }, false])
  t.equal(report.left, 'limit')
  t.ok(lost.length > AFTER / 4, `${lost.length} requests`)
})
