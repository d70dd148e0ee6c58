import { DescribeTasksCommand, ECSClient } from '@aws-sdk/client-ecs'
import { DeregisterTargetsCommand, ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { once } from 'node:events'
import net from 'node:net'
import t, { type Test } from 'tap'

import { Agent } from '../../../lib/rehearsal/task'
import { RateLimit } from '../../../lib/rehearsal/task/rate-limit'

const ADDRESSES = ['ECS_CONTAINER_METADATA_URI_V4', 'ECS_CONTAINER_METADATA_URI', 'ECS_AGENT_URI'] as const

/** An agent with one task, a clock that stands still, and a way to ask. */
async function conversation (t: Test) {
  const clock = { at: 1_000 }
  const agent = await Agent.start({ now: () => clock.at })
  t.teardown(() => agent.close())
  const { env } = agent.add({ task: 1, port: 20_001, revision: 3 })
  const [metadata, older, api] = ADDRESSES.map((name) => env[name]!) as [string, string, string]
  const state = `${api}/task-protection/v1/state`

  const ask = async (url: string, init?: RequestInit) => {
    const response = await fetch(url, init)
    return { status: response.status, body: await response.json() as never }
  }
  const put = (body: unknown) => ask(state, { method: 'PUT', body: typeof body === 'string' ? body : JSON.stringify(body) })
  return { agent, clock, metadata, older, state, ask, put }
}

t.test('what asks AWS about a task ends at the agent, whatever credentials there are', async (t) => {
  const agent = await Agent.start({ now: () => 0 })
  t.teardown(() => agent.close())
  const { aws } = agent.add({ task: 1, port: 20_001, revision: 1 })
  const options = { region: 'eu-west-1', credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'example' }, maxAttempts: 1 }
  t.equal(aws.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, 'false')
  const [ecs, balancing] = [aws.AWS_ENDPOINT_URL_ECS!, aws.AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2!]

  const asked = new ECSClient({ ...options, endpoint: ecs }).send(new DescribeTasksCommand({ tasks: ['1'] }))
  const ordered = new ElasticLoadBalancingV2Client({ ...options, endpoint: balancing })
    .send(new DeregisterTargetsCommand({ TargetGroupArn: 'arn', Targets: [{ Id: '10.0.0.1' }] }))

  const refused = { name: 'RehearsalException', message: 'this is a rehearsal, in which AWS is asked nothing of a task' }
  await t.rejects(asked, refused)
  await t.rejects(ordered, refused)
})

t.test('the task document has the fields of Fargate, with the revision and the port that were given', async (t) => {
  const { metadata, ask } = await conversation(t)

  const { body } = await ask(`${metadata}/task`)

  t.match(body, {
    Cluster: 'arn:aws:ecs:eu-west-1:111122223333:cluster/rehearsal',
    TaskARN: /^arn:aws:ecs:eu-west-1:111122223333:task\/rehearsal\/[0-9a-f]{32}$/,
    Family: 'rehearsal',
    Revision: '3',
    DesiredStatus: 'RUNNING',
    KnownStatus: 'RUNNING',
    LaunchType: 'FARGATE',
    AvailabilityZone: /^eu-west-1[ab]$/,
    Containers: [{ DesiredStatus: 'RUNNING', KnownStatus: 'RUNNING', Type: 'NORMAL', Ports: [{ ContainerPort: 20_001 }] }]
  })
  t.notOk('TaskTags' in body)
  t.notOk('ExecutionStoppedAt' in body)
})

t.test('the container, the tags and the statistics have documents of their own, at both addresses', async (t) => {
  const { metadata, older, ask } = await conversation(t)

  const [container, tagged, stats, taskStats, ofOlder] = await Promise.all(
    [metadata, `${metadata}/taskWithTags`, `${metadata}/stats`, `${metadata}/task/stats`, `${older}/task`].map((url) => ask(url)))

  const { DockerId } = container!.body as { DockerId: string }
  t.match(container!.body, { Name: 'app', ContainerARN: String, Labels: { 'com.amazonaws.ecs.task-definition-version': '3' }, Networks: [{ NetworkMode: 'awsvpc' }] })
  t.match(tagged!.body, { Family: 'rehearsal', TaskTags: { 'aws:ecs:serviceName': 'rehearsal' } })
  t.match(stats!.body, { id: DockerId, memory_stats: { limit: Number } })
  t.strictSame(Object.keys(taskStats!.body), [DockerId])
  t.match(ofOlder!.body, { Family: 'rehearsal' })
})

t.test('the desired status changes with the stop order, the known status with the exit, of this task alone', async (t) => {
  const { agent, metadata, ask } = await conversation(t)
  const { env } = agent.add({ task: 2, port: 20_002, revision: 3 })

  agent.desired(1, 'STOPPED')
  const ordered = await ask(`${metadata}/task`)
  agent.known(1, 'STOPPED')
  const exited = await ask(`${metadata}/task`)
  const other = await ask(`${env.ECS_CONTAINER_METADATA_URI_V4}/task`)

  t.match(ordered.body, { DesiredStatus: 'STOPPED', KnownStatus: 'RUNNING', Containers: [{ DesiredStatus: 'STOPPED', KnownStatus: 'RUNNING' }] })
  t.match(exited.body, { DesiredStatus: 'STOPPED', KnownStatus: 'STOPPED', ExecutionStoppedAt: String, Containers: [{ KnownStatus: 'STOPPED', FinishedAt: String }] })
  t.match(other.body, { DesiredStatus: 'RUNNING', KnownStatus: 'RUNNING' })
})

t.test('a task that protects itself is spared for as long as it asked, and the scheduler is told', async (t) => {
  const { agent, clock, state, ask, put } = await conversation(t)
  const told: unknown[] = []
  agent.onProtection = (...protection) => told.push(protection)

  const enabled = await put({ ProtectionEnabled: true, ExpiresInMinutes: 1 })

  t.match(enabled, { status: 200, body: { protection: { ProtectionEnabled: true, ExpirationDate: /Z$/, TaskArn: /^arn:/ } } })
  t.strictSame(await ask(state), enabled)
  t.equal(agent.protectedUntil(1), 61_000)
  clock.at = 61_000
  t.equal(agent.protectedUntil(1), undefined)
  const expired = await ask(state)
  t.match(expired.body, { protection: { ProtectionEnabled: false } })
  t.notOk('ExpirationDate' in (expired.body as { protection: object }).protection)
  t.strictSame(told, [[1, true]])
})

t.test('a protection lasts two hours unless said otherwise, begins anew with each call, and can be given up', async (t) => {
  const { agent, clock, put } = await conversation(t)

  await put({ ProtectionEnabled: true })
  const first = agent.protectedUntil(1)
  clock.at += 500
  await put({ ProtectionEnabled: true })
  const second = agent.protectedUntil(1)
  await put({ ProtectionEnabled: false })

  t.strictSame([first, second, agent.protectedUntil(1)], [7_201_000, 7_201_500, undefined])
})

t.test('a PUT that is not exactly right is refused, and changes nothing', async (t) => {
  const { agent, put } = await conversation(t)
  await put({ ProtectionEnabled: true })
  const wrong = [
    'no JSON', 'null', '[]', '', {}, { ProtectionEnabled: 'true' }, { ProtectionEnabled: false, Reason: 'none' },
    { ProtectionEnabled: false, ExpiresInMinutes: 0 }, { ProtectionEnabled: true, ExpiresInMinutes: 2_881 },
    { ProtectionEnabled: true, ExpiresInMinutes: 1.5 },
    `{ "ProtectionEnabled": false ${' '.repeat(10_000)} }`
  ]

  const answers = await Promise.all(wrong.map(put))

  for (const answer of answers) t.match(answer, { status: 400, body: { error: { Code: 'InvalidParameterException', Message: /\.$/ } } })
  t.equal(agent.protectedUntil(1), 7_201_000)
})

t.test('what is not there is not found, and what is not asked for so is not allowed', async (t) => {
  const { metadata, state, ask } = await conversation(t)
  const elsewhere = (url: string) => ask(url.replace(/[0-9a-f]{32}/, '0'.repeat(32)))

  t.equal((await elsewhere(`${metadata}/task`)).status, 404)
  t.match(await elsewhere(state), { status: 404, body: { error: { Code: 'ResourceNotFoundException' } } })
  t.equal((await ask(`${metadata}/tasks`)).status, 404)
  t.equal((await ask(new URL('/', metadata).href)).status, 404)
  t.equal((await ask(metadata, { method: 'POST' })).status, 405)
  t.equal((await ask(state, { method: 'DELETE' })).status, 405)
})

t.test('more than sixty requests at once are too many, until the bucket fills again', async (t) => {
  const { clock, metadata, ask } = await conversation(t)

  const burst = await Promise.all(Array.from({ length: 62 }, () => ask(metadata)))
  clock.at += 25 // 40 a second: one more
  const after = [await ask(metadata), await ask(metadata)]

  t.equal(burst.filter(({ status }) => status === 200).length, 60)
  t.equal(burst.filter(({ status }) => status === 429).length, 2)
  t.strictSame(after.map(({ status }) => status), [200, 429])
})

t.test('a bucket holds no more than its burst', async (t) => {
  let now = 0
  const limit = new RateLimit(40, 2, () => now)

  now = 60_000

  t.strictSame([limit.take(), limit.take(), limit.take()], [true, true, false])
})

t.test('an agent can be closed in the middle of a request, and again', async (t) => {
  const { agent, state } = await conversation(t)
  const { port, pathname } = new URL(state)
  const call = net.connect(Number(port), '127.0.0.1')
  call.write(`PUT ${pathname} HTTP/1.1\r\nhost: agent\r\nexpect: 100-continue\r\ncontent-length: 10\r\n\r\n`)
  await once(call, 'data')
  const cut = once(call, 'close')

  await agent.close()
  await agent.close()

  await cut
  await t.rejects(fetch(state))
})
