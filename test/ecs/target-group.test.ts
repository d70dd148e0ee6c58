import t from 'tap'

import { TargetGroup } from '../../lib/ecs/index'
import { readTask } from '../../lib/ecs/task'
import { Aws, type Reply } from '../helpers/aws'
import { ec2, fargate } from './documents'

t.jobs = 4

const targetGroupArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef'

/** What is said to a call, by its port: subtests share one Elastic Load Balancing and run side by side. */
const replies = new Map<number, Reply[]>()
let aws: Aws

t.before(async () => {
  aws = await Aws.start(t, ({ input }) => {
    const given = replies.get(Number(input['Targets.member.1.Port']))!
    return given.length > 1 ? given.shift()! : given[0]!
  })
  Object.assign(process.env, aws.env)
})

/** How a task leaves that listens on `port`, with what is said against it. */
async function target (port: number | undefined, given: { port?: number, container?: object, replies?: Reply[] } = {}) {
  const { port: option, container = fargate.container, replies: said = [{ document: {} }] } = given
  replies.set(option ?? port ?? 0, said)
  const warnings: string[] = []
  const group = await TargetGroup.load({ targetGroupArn, port: option })
  const deregister = group.target(readTask(fargate.task, container)!, () => port, (reason) => warnings.push(reason))
  return { deregister, warnings }
}

const asked = (port: number) => aws.asked.filter(({ input }) => input['Targets.member.1.Port'] === String(port))

t.test('one call names the target group, the task\'s own address and the port it listens on', { buffered: true }, async (t) => {
  const { deregister, warnings } = await target(3_001)

  t.match(await deregister!(), { value: {} })

  t.strictSame(asked(3_001).map(({ action, input, region }) => [action, input, region]), [['DeregisterTargets', {
    Version: '2015-12-01', TargetGroupArn: targetGroupArn, 'Targets.member.1.Id': '10.0.17.23', 'Targets.member.1.Port': '3001'
  }, 'eu-west-1']])
  t.strictSame(warnings, [])
})

t.test('a port that is given is the target\'s, whatever the server listens on', { buffered: true }, async (t) => {
  const { deregister } = await target(3_002, { port: 8_080 })

  t.match(await deregister!(), { value: {} })

  t.equal(asked(8_080).length, 1)
})

t.test('a server that listens on no port, and no port given, is a failure that nobody need be asked about', { buffered: true }, async (t) => {
  const { deregister } = await target(undefined)

  t.strictSame(await deregister!(), { failure: 'the server listens on no port, and ecs.deregister.port is not set', denied: true })
})

t.test('a task whose target is its instance, or that does not know its address, cannot leave, and says why', { buffered: true }, async (t) => {
  const refusal = async (container: object) => {
    const { deregister, warnings } = await target(3_003, { container })
    return [deregister, ...warnings]
  }

  t.strictSame(await refusal(ec2.container),
    [undefined, 'the network mode of this container is bridge, and only a task of mode awsvpc is a target by its own address'])
  t.strictSame(await refusal({ ...ec2.container, Networks: [{ NetworkMode: 'host' }] }),
    [undefined, 'the network mode of this container is host, and only a task of mode awsvpc is a target by its own address'])
  t.strictSame(await refusal({ ...fargate.container, Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [] }] }),
    [undefined, 'the task\'s metadata does not give its IPv4 address'])
  t.strictSame(await refusal({}), [undefined, 'the task\'s metadata does not give its IPv4 address'])
})

const failing: ReadonlyArray<[what: string, reply: Reply, failure: RegExp, denied: boolean]> = [
  ['a role that may not', { error: 'AccessDenied', status: 403 }, /^elasticloadbalancing:DeregisterTargets: the task role does not allow it \(AWS says AccessDenied\)$/, true],
  ['throttling', { error: 'Throttling' }, /^elasticloadbalancing:DeregisterTargets: Throttling: AWS says Throttling$/, false],
  ['a target group that is not there', { error: 'TargetGroupNotFound' }, /^elasticloadbalancing:DeregisterTargets: TargetGroupNotFoundException: /, false],
  ['no answer', 'silence', /^elasticloadbalancing:DeregisterTargets: no answer within 3000 ms$/, false],
  ['what is no XML', { raw: 'no' }, /^elasticloadbalancing:DeregisterTargets: .*XML/, false]
]

for (const [index, [what, reply, failure, denied]] of failing.entries()) {
  t.test(`${what} is a failure that names the IAM action`, { buffered: true }, async (t) => {
    const { deregister } = await target(4_000 + index, { replies: [reply] })

    t.match(await deregister!(), { failure, denied })
  })
}

t.test('who failed may try again', { buffered: true }, async (t) => {
  const { deregister } = await target(3_004, { replies: [{ error: 'TargetGroupNotFound' }, { document: {} }] })

  t.match(await deregister!(), { denied: false })
  t.match(await deregister!(), { value: {} })
})
