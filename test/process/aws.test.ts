import t, { type Test } from 'tap'

import { Agent } from '../../lib/rehearsal/task/index'
import type { EcsGracefulOptions } from '../../types/index'
import { Aws, type Question, type Reply } from '../helpers/aws'
import { brisk, Child, startService, type Line } from '../helpers/child'
import { get, probe } from '../helpers/http'

t.jobs = 4

const targetGroupArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef'
const deregister = { ...brisk, ecs: { deregister: { targetGroupArn } } }
const taken: Reply = { document: {} }
const denied: Reply = { error: 'AccessDenied', status: 403 }

/** A task of ECS, with an agent and an AWS that replies so. */
async function ecs (t: Test, reply: (question: Question) => Reply): Promise<{ aws: Aws, env: Record<string, string> }> {
  const agent = await Agent.start({ now: () => performance.now() })
  t.teardown(() => agent.close())
  const aws = await Aws.start(t, reply)
  const { env } = agent.add({ task: 1, port: 3_000, revision: 7 })
  return { aws, env: { ...aws.env, ...env } }
}

const isOfTargetGroup = (line: Line): boolean => 'deregistered' in line

t.test('a task whose balancer still probes it takes itself out of its target group, once, and says so', { buffered: true }, async (t) => {
  const { aws, env } = await ecs(t, () => taken)
  const { child, port } = await startService(t, { options: deregister, env })
  await probe(port)

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.strictSame(aws.asked.map(({ action, input }) => [action, input]), [['DeregisterTargets', {
    Version: '2015-12-01', TargetGroupArn: targetGroupArn, 'Targets.member.1.Id': '10.0.16.5', 'Targets.member.1.Port': String(port)
  }]])
  t.match(child.lines.filter(isOfTargetGroup), [{ level: 30, event: 'ecs-graceful', deregistered: true, since: Number, msg: 'deregistered', revision: '7' }])
})

t.test('so does one that has only requests, with the first after the signal', { buffered: true }, async (t) => {
  const { aws, env } = await ecs(t, () => taken)
  const { child, port } = await startService(t, { options: deregister, env })

  child.send('SIGTERM')
  await child.phase('draining')
  await get(port, '/fast')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.equal(aws.asked.length, 1)
})

t.test('one that nobody seeks asks for nothing: it was deregistered first', { buffered: true }, async (t) => {
  const { aws, env } = await ecs(t, () => taken)
  const { child } = await startService(t, { options: deregister, env })

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.strictSame([aws.asked, child.lines.filter(isOfTargetGroup)], [[], []])
})

t.test('SIGINT skips the lame duck, and with it this', { buffered: true }, async (t) => {
  const { aws, env } = await ecs(t, () => taken)
  const { child, port } = await startService(t, { options: deregister, env })
  await probe(port)

  child.send('SIGINT')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.strictSame(aws.asked, [])
})

t.test('a role that may not is a warning that names the action, and the drain is as it was', { buffered: true }, async (t) => {
  const { aws, env } = await ecs(t, () => denied)
  const { child, port } = await startService(t, { options: deregister, env })
  await probe(port)

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.equal(aws.asked.length, 1)
  t.match(child.lines.filter(isOfTargetGroup), [
    { level: 40, deregistered: false, msg: /^not deregistered: elasticloadbalancing:DeregisterTargets: the task role does not allow it/ }
  ])
  t.match(await child.report(), { outcome: 'drained', errors: [] })
})

t.test('an answer that does not come holds up nothing, and is missed at the end of the lame duck', { buffered: true }, async (t) => {
  const { env } = await ecs(t, () => 'silence')
  const { child, port } = await startService(t, { options: deregister, env })
  await probe(port)

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { left: 'limit', outcome: 'drained' })
  t.match(child.lines.filter(isOfTargetGroup), [{ level: 40, msg: 'not deregistered: there was no answer before the lame duck was over' }])
  t.equal(child.lines.at(-1)?.event, 'ecs-graceful-report')
})

t.test('a signal that comes while ECS is asked is not lost: the start ends, with 0', { buffered: true }, async (t) => {
  const { aws, env } = await ecs(t, () => 'silence')
  const child = new Child(t, { options: { ecs: { describe: true } }, env })
  await aws.until(1, ({ action }) => action === 'DescribeTasks')

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { trigger: 'SIGTERM', left: 'skipped', outcome: 'drained' })
})

const loading: ReadonlyArray<[what: string, ecs: EcsGracefulOptions['ecs'], clients: readonly string[]]> = [
  ['unless an option asks for it, nothing of AWS is loaded', {}, []],
  ['ecs.describe loads its own client, and no other', { describe: true }, ['@aws-sdk/client-ecs']],
  ['ecs.deregister loads its own client, and no other', { deregister: { targetGroupArn } }, ['@aws-sdk/client-elastic-load-balancing-v2']]
]

for (const [title, options, clients] of loading) {
  t.test(title, { buffered: true }, async (t) => {
    const { env } = await ecs(t, () => denied)
    const { child } = await startService(t, { fixture: 'loaded.js', options: { ...brisk, ecs: options }, env })

    const { loaded } = await child.line((line) => 'loaded' in line) as unknown as { loaded: string[] }

    t.strictSame(loaded.filter((name) => name.startsWith('@aws-sdk/client-')), clients)
    t.equal(loaded.length > 0, clients.length > 0, 'nor anything that a client needs')
  })
}
