// By the environment of the process: one after the other.
import t from 'tap'

import { clock } from '../../lib/clock'
import { describe, TargetGroup } from '../../lib/ecs/index'
import { readTask } from '../../lib/ecs/task'
import { environment } from '../helpers/aws'
import { fargate } from './documents'

const task = readTask(fargate.task, fargate.container)!

async function warnings (): Promise<string[]> {
  const said: string[] = []
  await describe(async () => task, { clock, warn: (reasons) => said.push(reasons) })
  return said
}

async function leaving () {
  const group = await TargetGroup.load({ targetGroupArn: 'arn' })
  return await group.target(task, () => 3_000, t.fail)!()
}

t.test('an address that nobody listens on is a failure like any other', async (t) => {
  Object.assign(process.env, environment('http://127.0.0.1:1'))

  t.strictSame(await warnings(), ['ecs:DescribeTaskDefinition: connect ECONNREFUSED 127.0.0.1:1; ecs:DescribeTasks: connect ECONNREFUSED 127.0.0.1:1'])
  t.strictSame(await leaving(), { failure: 'elasticloadbalancing:DeregisterTargets: connect ECONNREFUSED 127.0.0.1:1', denied: false })
})

t.test('without credentials nobody is asked', async (t) => {
  delete process.env.AWS_ACCESS_KEY_ID

  t.match(await warnings(), [/^ecs:DescribeTaskDefinition: CredentialsProviderError: .+; ecs:DescribeTasks: CredentialsProviderError: .+$/])
  t.match(await leaving(), { failure: /^elasticloadbalancing:DeregisterTargets: CredentialsProviderError: / })
})
