import t from 'tap'

import { clock } from '../../lib/clock'
import type { Clock } from '../../lib/core/clock'
import { describe } from '../../lib/ecs/index'
import { loadPeer } from '../../lib/ecs/peer'
import { readTask } from '../../lib/ecs/task'
import { Aws, type Reply } from '../helpers/aws'
import { ec2, fargate } from './documents'

t.jobs = 4

/** What is said to a task's questions, by the name of its family and cluster: subtests share one ECS and run side by side. */
const replies = new Map<string, { definition: Reply, standings: Reply[] }>()
let aws: Aws

t.before(async () => {
  aws = await Aws.start(t, ({ action, input }) => {
    const { definition, standings } = replies.get(String(input.cluster ?? input.taskDefinition).split(':')[0]!)!
    if (action === 'DescribeTaskDefinition') return definition
    return standings.length > 1 ? standings.shift()! : standings[0]!
  })
  Object.assign(process.env, aws.env)
  process.env.AWS_REGION = 'ap-south-1'
})

const containers = (...containerDefinitions: object[]): Reply => ({ document: { taskDefinition: { containerDefinitions } } })
const standing = (task: object): Reply => ({ document: { tasks: [task], failures: [] } })
const sixty = containers({ name: 'app', stopTimeout: 60 })
const onDemand = standing({ capacityProviderName: 'FARGATE', launchType: 'FARGATE' })
const onSpot = standing({ capacityProviderName: 'FARGATE_SPOT', launchType: 'FARGATE' })
const interrupted = standing({ capacityProviderName: 'FARGATE_SPOT', stopCode: 'SpotInterruption', stoppedReason: 'Your Spot Task was interrupted.' })

interface Given {
  readonly definition?: Reply
  /** One after the other; the last one again and again. */
  readonly standings?: Reply[]
  readonly documents?: { readonly task: object, readonly container: object }
  readonly with?: Clock
}

/** Describes a task whose questions are answered as given. */
async function described (name: string, given: Given = {}) {
  const { definition = sixty, standings = [onDemand], documents = fargate, with: waiting = clock } = given
  replies.set(name, { definition, standings })
  const task = readTask({ ...documents.task, Family: name, Cluster: name }, documents.container)
  const warnings: string[] = []
  const result = await describe(async () => task, { clock: waiting, warn: (reasons) => warnings.push(reasons) })
  return { ...result, warnings }
}

/** No pause is waited for; those that were asked for are kept. */
class Hasty implements Clock {
  readonly pauses: number[] = []

  now (): number {
    return clock.now()
  }

  async wait (duration: number): Promise<void> {
    this.pauses.push(duration)
  }
}

const never = new AbortController().signal

t.test('stop timeout and capacity provider are looked up, once each, by the real client', { buffered: true }, async (t) => {
  const { stopTimeout, capacityProvider, warnings } = await described('both')

  t.strictSame({ stopTimeout, capacityProvider, warnings }, { stopTimeout: 60_000, capacityProvider: 'FARGATE', warnings: [] })
  const asked = aws.asked.filter(({ input }) => input.cluster === 'both' || input.taskDefinition === 'both:42')
  t.strictSame(asked.map(({ action, input }) => [action, input]).sort(), [
    ['DescribeTaskDefinition', { taskDefinition: 'both:42' }],
    ['DescribeTasks', { cluster: 'both', tasks: [fargate.task.TaskARN] }]
  ])
})

t.test('the region is the task\'s own, wherever AWS_REGION sends the application', { buffered: true }, async (t) => {
  await described('own')

  t.equal(aws.asked.find(({ input }) => input.cluster === 'own')?.region, 'eu-west-1')
})

t.test('an ARN without a region leaves it to the environment, and refuses no start', { buffered: true }, async (t) => {
  await described('nowhere', { documents: { ...fargate, task: { ...fargate.task, TaskARN: 'arn:aws:ecs::111122223333:task/shop/1' } } })

  t.equal(aws.asked.find(({ input }) => input.cluster === 'nowhere')?.region, 'ap-south-1')
})

t.test('a definition without a stop timeout means 30 s on Fargate, and on EC2 what only the agent knows', { buffered: true }, async (t) => {
  const silent = containers({ name: 'app' })
  const unnamed = { ...fargate, task: { ...fargate.task, LaunchType: undefined } }

  t.match(await described('silent', { definition: silent }), { stopTimeout: 30_000, warnings: [] })
  t.match(await described('unnamed', { definition: silent, documents: unnamed }), { stopTimeout: 30_000, warnings: [] })
  t.match(await described('agents', { definition: silent, documents: ec2 }), { stopTimeout: undefined, warnings: [] })
})

t.test('outside ECS nobody is asked', { buffered: true }, async (t) => {
  const { task, stopTimeout, spotAtSignal } = await describe(async () => null, { clock, warn: t.fail })

  t.strictSame([task, stopTimeout, await spotAtSignal(never)], [null, undefined, null])
})

const half = { capacityProvider: 'FARGATE' } // what is known without the definition
const other = { stopTimeout: 60_000 }
const denied = { error: 'AccessDeniedException' }
const failing: ReadonlyArray<[what: string, given: Given, warning: RegExp, known: object]> = [
  ['a role that may not read the definition', { definition: denied },
    /^ecs:DescribeTaskDefinition: the task role does not allow it \(AWS says AccessDeniedException\)$/, half],
  ['a role that may not read the task', { standings: [denied] }, /^ecs:DescribeTasks: the task role does not allow it \(.+\)$/, other],
  ['a role that may do neither', { definition: denied, standings: [denied] }, /^ecs:DescribeTaskDefinition: the task role .+; ecs:DescribeTasks: the task role .+$/, {}],
  ['throttling', { definition: { error: 'ThrottlingException' } }, /^ecs:DescribeTaskDefinition: ThrottlingException: AWS says ThrottlingException$/, half],
  ['an ECS that fails', { standings: [{ error: 'ServerException', status: 500 }] }, /^ecs:DescribeTasks: ServerException: /, other],
  ['an ECS that says nothing', { definition: 'silence', standings: ['silence'] },
    /^ecs:DescribeTaskDefinition: no answer within 3000 ms; ecs:DescribeTasks: no answer within 3000 ms$/, {}],
  ['what is no JSON', { definition: { raw: '<html>\n</html>' } }, /^ecs:DescribeTaskDefinition: SyntaxError: [^\n]+$/, half],
  ['JSON of another shape', { definition: { raw: '[]' }, standings: [{ raw: 'null' }] },
    /^the task definition has no container app; ecs:DescribeTasks: ECS does not know this task$/, {}],
  ['other types', { definition: containers({ name: 'app', stopTimeout: '60' }) }, /^the task definition's stopTimeout of app is no number of seconds$/, half],
  ['a container that is not in the definition', { definition: containers({ name: 'envoy' }) }, /^the task definition has no container app$/, half],
  ['a task that ECS does not know', { standings: [{ document: { tasks: [], failures: [{ reason: 'MISSING' }] } }] },
    /^ecs:DescribeTasks: ECS does not know this task$/, other],
  ['metadata without a revision', { documents: { ...fargate, task: { ...fargate.task, Revision: undefined } } },
    /^the task's metadata does not name its task definition$/, half]
]

for (const [what, given, warning, known] of failing) {
  t.test(`${what}: one warning that says so, and what is not known is left open`, { buffered: true }, async (t) => {
    const { stopTimeout, capacityProvider, warnings } = await described(what.replaceAll(' ', '-'), given)

    t.equal(warnings.length, 1)
    t.match(warnings[0], warning)
    t.strictSame({ stopTimeout, capacityProvider }, { stopTimeout: undefined, capacityProvider: undefined, ...known })
  })
}

t.test('what fails once is asked once more', { buffered: true }, async (t) => {
  const { capacityProvider, warnings } = await described('once', { standings: [{ error: 'ThrottlingException' }, onSpot] })

  t.strictSame([capacityProvider, warnings], ['FARGATE_SPOT', []])
})

t.test('at the signal, a task on Fargate Spot learns whether Spot takes it, as soon as ECS knows', { buffered: true }, async (t) => {
  const hasty = new Hasty()
  const { spotAtSignal } = await described('late', { standings: [onSpot, onSpot, { error: 'ServerException', status: 500 }, onSpot, interrupted], with: hasty })

  t.equal(await spotAtSignal(never), true)

  t.strictSame(hasty.pauses, [0, 1_000, 2_000])
})

t.test('a task on demand knows it without asking', { buffered: true }, async (t) => {
  const { spotAtSignal } = await described('certain', { standings: [onDemand] })

  t.equal(await spotAtSignal(never), false)

  t.equal(aws.asked.filter(({ input }) => input.cluster === 'certain').length, 1)
})

t.test('another stop code is an answer, and on EC2 it is the last that ECS will give', { buffered: true }, async (t) => {
  const stopped = (capacityProviderName: string) => standing({ capacityProviderName, stopCode: 'ServiceSchedulerInitiated' })

  const [spot, instances] = await Promise.all([
    described('scheduler', { standings: [onSpot, stopped('FARGATE_SPOT')] }),
    described('instances', { standings: [standing({ capacityProviderName: 'mine' }), stopped('mine')] })
  ])

  t.equal(await spot.spotAtSignal(never), false)
  t.equal(await instances.spotAtSignal(never), null)
  t.equal(aws.asked.filter(({ input }) => input.cluster === 'instances').length, 2)
})

t.test('nobody asks for ever: not who is never told, nor who may not ask, nor once the drain is over', { buffered: true }, async (t) => {
  const [untold, forbidden, over, during] = await Promise.all([
    described('untold', { standings: [onSpot], with: new Hasty() }),
    described('forbidden', { standings: [denied], with: new Hasty() }),
    described('over', { standings: [onSpot] }),
    described('during', { standings: [onSpot, 'silence'] })
  ])
  const controller = new AbortController()

  const answers = Promise.all([
    untold.spotAtSignal(never), forbidden.spotAtSignal(never), over.spotAtSignal(AbortSignal.abort()), during.spotAtSignal(controller.signal)
  ])
  await aws.until(2, ({ input }) => input.cluster === 'during')
  controller.abort()

  t.strictSame(await answers, [null, null, null, null])
  t.strictSame(['untold', 'forbidden', 'over', 'during'].map(asked), [5, 2, 1, 2])
})

t.test('a client that cannot be loaded is named, with the option that needs it', { buffered: true }, async (t) => {
  const cause = new Error('Cannot find package')

  await t.rejects(loadPeer('ecs.describe', '@aws-sdk/client-ecs', () => Promise.reject(cause)), {
    code: 'FST_ECS_PEER_MISSING',
    message: 'ecs.describe needs @aws-sdk/client-ecs, which could not be loaded: npm install @aws-sdk/client-ecs',
    cause
  })
})

/** How often ECS was asked about the tasks of a cluster. */
function asked (cluster: string): number {
  return aws.asked.filter(({ input }) => input.cluster === cluster).length
}
