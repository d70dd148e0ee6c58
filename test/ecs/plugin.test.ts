import Fastify from 'fastify'
import t, { type Test } from 'tap'

import ecsGraceful from '../../lib/index'
import type { EcsGracefulOptions } from '../../types/index'
import { Aws, type Reply } from '../helpers/aws'
import { agent, describing } from './agent'
import { ec2, fargate } from './documents'

interface Given {
  /** Of the only container in the task definition, `app`, in seconds. */
  readonly stopTimeout?: number
  /** What AWS says instead. */
  readonly reply?: Reply
  readonly documents?: typeof fargate | typeof ec2
  readonly env?: Record<string, string>
}

interface Line {
  readonly level: number
  readonly msg: string
}

/** An application that starts in a task of ECS, by the environment of this process: one after the other. */
async function start (t: Test, options: EcsGracefulOptions, { stopTimeout = 60, reply, documents = fargate, env = {} }: Given = {}) {
  const description = { taskDefinition: { containerDefinitions: [{ name: 'app', stopTimeout }] }, tasks: [{ capacityProviderName: 'FARGATE' }] }
  const [aws, metadata] = await Promise.all([Aws.start(t, () => reply ?? { document: description }), agent(t, describing(documents))])
  const surroundings = { ...aws.env, ECS_CONTAINER_METADATA_URI_V4: metadata.uri, ...env }
  Object.assign(process.env, surroundings)
  t.teardown(() => { for (const name of Object.keys(surroundings)) delete process.env[name] })

  const lines: Line[] = []
  const app = Fastify({ logger: { stream: { write: (line: string) => { lines.push(JSON.parse(line) as Line) } } } })
  t.teardown(() => app.close())
  const begin = async (): Promise<void> => {
    await app.register(ecsGraceful, { signals: false, ...options })
    await app.ready()
  }
  return { app, started: begin(), aws, metadata, warnings: () => lines.filter(({ level }) => level === 40).map(({ msg }) => msg) }
}

const describe = { ecs: { describe: true } }

t.test('the stop timeout is the task definition\'s, and known when the plugin is registered', async (t) => {
  const { app, started, metadata, warnings } = await start(t, describe, { stopTimeout: 90 })

  await started

  t.match(app.ecsGraceful.plan, { stopTimeout: 90_000, sources: { stopTimeout: 'task-definition', drainDelay: 'derived' } })
  t.match(app.ecsGraceful.task, { revision: '42' })
  t.strictSame([metadata.asked.length, warnings()], [2, []], 'the agent is asked once for each document')
})

t.test('an option goes before the variable, and the variable before the task definition, which is asked for all the same', async (t) => {
  const env = { ECS_GRACEFUL_STOP_TIMEOUT_SECONDS: '50' }

  const both = await start(t, { ...describe, stopTimeout: 40_000 }, { env })
  await both.started
  const variable = await start(t, describe, { env })
  await variable.started

  t.match(both.app.ecsGraceful.plan, { stopTimeout: 40_000, sources: { stopTimeout: 'option' } })
  t.match(variable.app.ecsGraceful.plan, { stopTimeout: 50_000, sources: { stopTimeout: 'environment' } })
  t.strictSame([both.aws.asked.length, variable.aws.asked.length], [2, 2])
})

t.test('timings are held against what the task definition gives', async (t) => {
  const long = { ...describe, maxDrainDelay: 60_000 }

  const fits = await start(t, long, { stopTimeout: 120 })
  await fits.started
  const tooLong = await start(t, long, { stopTimeout: 60 })

  t.match(fits.app.ecsGraceful.plan, { stopTimeout: 120_000, maxDrainDelay: 60_000 })
  await t.rejects(tooLong.started, { code: 'FST_ECS_BUDGET_EXCEEDED', message: /SIGKILL comes after stopTimeout 60000 ms/ })
})

t.test('a wrong option is refused before anybody is asked', async (t) => {
  const { started, aws } = await start(t, { ...describe, drainDelay: 5 })

  await t.rejects(started, { code: 'FST_ECS_OPTION_INVALID' })
  t.strictSame(aws.asked, [])
})

t.test('a look-up that fails is one warning, and 30 s are assumed', async (t) => {
  const { app, started, warnings } = await start(t, describe, { reply: { error: 'AccessDeniedException' } })

  await started

  t.match(app.ecsGraceful.plan, { stopTimeout: 30_000, sources: { stopTimeout: 'derived' } })
  t.equal(warnings().length, 1)
  t.match(warnings()[0], /^ecs.describe: ecs:DescribeTaskDefinition: the task role .+; ecs:DescribeTasks: the task role .+$/)
})

t.test('outside ECS nothing is asked, and nothing said', async (t) => {
  const { app, started, aws, warnings } = await start(t, describe, { env: { ECS_CONTAINER_METADATA_URI_V4: '' } })

  await started

  t.match(app.ecsGraceful, { task: null, plan: { sources: { stopTimeout: 'derived' } } })
  t.strictSame([aws.asked, warnings()], [[], []])
})

t.test('without the option nobody is asked', async (t) => {
  const { started, aws } = await start(t, {})

  await started

  t.strictSame(aws.asked, [])
})

t.test('a task that cannot take itself out of its target group is warned of at start', async (t) => {
  const targetGroupArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef'
  const options = { ecs: { deregister: { targetGroupArn } } }

  const instance = await start(t, options, { documents: ec2 })
  await instance.started
  const address = await start(t, options)
  await address.started

  t.strictSame(instance.warnings(), [
    'ecs.deregister is of no use: the network mode of this container is bridge, and only a task of mode awsvpc is a target by its own address'
  ])
  t.strictSame(address.warnings(), [])
})
