import t from 'tap'

import { readTask } from '../../lib/ecs/task'
import { seeded } from '../../lib/rehearsal/random'
import { ec2, fargate } from './documents'

t.test('a task on Fargate', async (t) => {
  t.strictSame(readTask(fargate.task, fargate.container), {
    arn: 'arn:aws:ecs:eu-west-1:111122223333:task/shop/0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    id: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
    family: 'shop-api',
    revision: '42',
    cluster: 'shop',
    service: 'shop-api',
    zone: 'eu-west-1b',
    launchType: 'FARGATE',
    limits: { cpu: 0.5, memoryMiB: 1024 },
    container: { name: 'app', limits: { cpu: 2, memoryMiB: undefined }, networkMode: 'awsvpc', address: '10.0.17.23' }
  })
})

t.test('a task on EC2: a short name of the cluster, no limits of the task, 0 for none', async (t) => {
  t.match(readTask(ec2.task, ec2.container), {
    id: 'aabbccddeeff00112233445566778899',
    cluster: 'shop',
    service: undefined,
    launchType: 'EC2',
    limits: undefined,
    container: { name: 'app', limits: { cpu: 256, memoryMiB: undefined }, networkMode: 'bridge', address: '172.17.0.6' }
  })
})

t.test('without a description of its container a task is still known', async (t) => {
  t.match(readTask(fargate.task, undefined), { id: '0f1e2d3c4b5a69788796a5b4c3d2e1f0', container: { name: undefined, limits: undefined, networkMode: undefined, address: undefined } })
})

t.test('what has no ARN is no task', async (t) => {
  for (const document of [undefined, null, 'task', 5, [], {}, { TaskARN: 5 }, { TaskARN: '' }, { TaskARN: 'shop' }, { TaskARN: `arn:${'x'.repeat(3_000)}` }]) {
    t.equal(readTask(document, fargate.container), null)
  }
})

t.test('fields that are missing, of another type or far too long are undefined, and nothing throws', async (t) => {
  const random = seeded(1, 'documents')
  const strange = [undefined, null, true, 0, -1, Number.NaN, '', 'x'.repeat(100_000), [], {}, { CPU: '1', Memory: [] }, [['a']]]
  const pick = (): unknown => strange[Math.floor(random() * strange.length)]
  const broken = (document: object): Record<string, unknown> =>
    Object.fromEntries(Object.entries(document).map(([name, value]) => [name, random() < 0.5 ? pick() : value]))
  const networks = (): unknown => [broken(fargate.container.Networks[0]!), { IPv4Addresses: [pick(), '256.0.0.1', pick()] }, pick()]

  for (let round = 0; round < 2_000; round++) {
    const ownDocument = { ...broken(fargate.container), Networks: random() < 0.5 ? networks() : pick() }
    const task = readTask(broken(fargate.task), random() < 0.2 ? pick() : ownDocument)
    if (task === null) continue
    const { limits, container, ...texts } = task
    const amounts = [limits?.cpu, limits?.memoryMiB, container.limits?.cpu, container.limits?.memoryMiB]
    const sane = [...Object.values(texts), container.name, container.networkMode].every((value) => value === undefined || (typeof value === 'string' && value.length <= 2_048)) &&
      amounts.every((value) => value === undefined || (typeof value === 'number' && value > 0)) &&
      [undefined, '10.0.17.23'].includes(container.address)
    if (!sane) t.fail(JSON.stringify(task))
  }
  t.pass('2,000 documents')
})

t.test('a limit may stand alone', async (t) => {
  const limited = (Limits: object) => readTask({ ...fargate.task, Limits }, undefined)!.limits

  t.strictSame(limited({ Memory: 512 }), { cpu: undefined, memoryMiB: 512 })
  t.strictSame(limited({ CPU: 0.25 }), { cpu: 0.25, memoryMiB: undefined })
  t.equal(limited({ CPU: 0, Memory: 0 }), undefined)
})

t.test('the address is an IPv4 address, the first that there is; without one the mode is still known', async (t) => {
  const container = (Networks: unknown) => readTask(fargate.task, { Name: 'app', Networks })!.container

  t.match(container([{ NetworkMode: 'awsvpc', IPv4Addresses: ['fd00::1', '10.0.0.7', '10.0.0.8'] }]), { networkMode: 'awsvpc', address: '10.0.0.7' })
  t.match(container([{}, { NetworkMode: 'awsvpc', IPv4Addresses: ['10.0.0.7'] }]), { networkMode: 'awsvpc', address: '10.0.0.7' })
  t.match(container([{ NetworkMode: 'host' }]), { networkMode: 'host', address: undefined })
  t.match(container({ NetworkMode: 'awsvpc' }), { networkMode: undefined, address: undefined })
})
