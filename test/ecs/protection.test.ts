import { EventEmitter, once } from 'node:events'
import t, { type Test } from 'tap'

import { deferred } from '../../lib/core/deferred'
import type { ProtectionOrder } from '../../lib/core/protection'
import { Protection } from '../../lib/ecs/protection'
import { protectionEndpoint } from '../../lib/ecs/protection-endpoint'
import { ProtectionKeeper } from '../../lib/ecs/protection-keeper'
import { FakeClock } from '../helpers/clock'
import { turn } from '../helpers/turn'
import { StubbornAgent } from './stubborn-agent'

const MINUTE = 60_000

interface RigOptions {
  /** Milliseconds that the agent is given, really. */
  readonly timeout?: number
}

/** A task's protection on a clock turned by hand, and a real agent that waits to be told what to say. */
async function rig (t: Test, { timeout }: RigOptions = {}) {
  const agent = await StubbornAgent.start(t)
  const clock = new FakeClock()
  const failures: string[] = []
  const orders: string[] = []
  const answers = Object.assign(new EventEmitter(), { count: 0 })
  const give = protectionEndpoint(agent.uri, t.fail, timeout)!
  const keeper = new ProtectionKeeper(clock, async (order: ProtectionOrder) => {
    orders.push(order.enabled ? `true ${order.minutes}` : 'false')
    const outcome = await give(order)
    answers.count++
    answers.emit('answer')
    return outcome
  })
  /** One of the services in the process. */
  const service = (name = '') => new Protection({
    clock,
    keeper,
    failed: (enabled, code, message) => { failures.push(`${name}${enabled} ${code}: ${message}`) }
  })
  /** Resolves once so many answers have come, or been given up, and what follows from them has been done. */
  const answered = async (wanted: number): Promise<void> => {
    while (answers.count < wanted) await once(answers, 'answer')
    await turn()
  }
  return { agent, clock, failures, orders, answered, service, protection: service() }
}

/** Work that lasts until it is told to end. */
function work () {
  const { promise: begun, resolve: begin } = deferred()
  const { promise, resolve: end } = deferred<string>()
  const state = { begun: false }
  const fn = (): Promise<string> => {
    state.begun = true
    begin()
    return promise
  }
  return { fn, begun, end, state }
}

t.test('work begins when the agent has answered, and protection ends with it', async (t) => {
  const { agent, answered, protection } = await rig(t)
  const { fn, begun, end, state } = work()

  const run = protection.run(fn, 90)
  await agent.asked(1)
  t.notOk(state.begun)
  agent.obey()
  await begun
  end('done')

  t.equal(await run, 'done')
  await answered(2)
  t.strictSame(agent.bodies, [
    'PUT /api/task/task-protection/v1/state {"ProtectionEnabled":true,"ExpiresInMinutes":90}',
    'PUT /api/task/task-protection/v1/state {"ProtectionEnabled":false}'
  ])
})

t.test('it settles as its work does', async (t) => {
  const { agent, protection } = await rig(t)
  agent.obey()
  const error = new Error('no')

  t.equal(await protection.run(() => 42, 1), 42)
  await t.rejects(protection.run(async () => { throw error }, 1), error)
  await t.rejects(protection.run(() => { throw error }, 1), error)
})

t.test('uses that overlap, or lie in one another, are one protection', async (t) => {
  const { agent, answered, orders, protection } = await rig(t)
  agent.obey()
  const first = work()
  const second = work()

  const runs = [protection.run(first.fn, 120), protection.run(() => protection.run(second.fn, 120), 120)]
  protection.during(Promise.resolve(), 120)
  await Promise.all([first.begun, second.begun])
  first.end('first')
  await runs[0]
  second.end('second')
  await runs[1]

  await answered(2)
  t.strictSame(orders, ['true 120', 'false'])
})

t.test('protection of work that has begun lasts until it has settled, however', async (t) => {
  const { agent, answered, orders, protection } = await rig(t)
  agent.obey()
  const { promise, resolve: fail } = deferred<Error>()

  protection.during(promise.then((error) => { throw error }), 30)
  await answered(1)
  t.strictSame(orders, ['true 30'])
  fail(new Error('no'))

  await answered(2)
  t.strictSame(orders, ['true 30', 'false'])
})

t.test('a longer use extends the protection, and does not wait for that', async (t) => {
  const { agent, answered, orders, protection } = await rig(t)
  const [short, long] = [work(), work()]
  agent.obey()
  const shortRun = protection.run(short.fn, 10)
  await short.begun
  agent.habit = undefined

  const longRun = protection.run(long.fn, 60)
  await long.begun
  await agent.asked(2)
  agent.obey()
  long.end('')
  await longRun
  short.end('')
  await shortRun

  await answered(3)
  t.strictSame(orders, ['true 10', 'true 60', 'false'])
})

t.test('it is renewed when half of its minutes are over, for as long as the longest use that is left', async (t) => {
  const { agent, answered, clock, orders, protection } = await rig(t)
  const [short, long] = [work(), work()]
  agent.obey()
  void protection.run(short.fn, 10)
  const longRun = protection.run(long.fn, 60)
  await answered(2)

  await clock.advance(30 * MINUTE - 1)
  t.strictSame(orders, ['true 10', 'true 60'])
  await clock.advance(1)
  await answered(3)
  long.end('')
  await longRun
  await clock.advance(30 * MINUTE)
  await answered(4)

  t.strictSame(orders, ['true 10', 'true 60', 'true 60', 'true 10'])
})

t.test('work that is over before the agent has answered leaves nothing protected', async (t) => {
  const { agent, answered, clock, orders, protection } = await rig(t)
  const { fn, begun, end } = work()
  const run = protection.run(fn, 120)
  await agent.asked(1)

  await clock.advance(1_000)
  await begun
  end('')
  await run
  t.strictSame(orders, ['true 120'])
  agent.obey()

  await answered(2)
  t.strictSame(orders, ['true 120', 'false'])
  t.equal(agent.most, 1)
})

t.test('a use that begins while protection is being given up waits for its own answer', async (t) => {
  const { agent, answered, orders, protection } = await rig(t)
  agent.obey()
  await protection.run(() => {}, 120)
  agent.habit = undefined
  await agent.asked(2)
  const { fn, begun, state } = work()

  void protection.run(fn, 120)
  agent.answer()
  await answered(2)
  t.notOk(state.begun)
  await agent.asked(3)
  agent.answer()
  await begun

  t.strictSame(orders, ['true 120', 'false', 'true 120'])
  t.equal(agent.most, 1, 'never two orders at once, or the first could be obeyed last')
})

t.test('a use that comes and goes while protection is being given up asks for nothing', async (t) => {
  const { agent, answered, clock, orders, protection } = await rig(t)
  agent.obey()
  await protection.run(() => {}, 120)
  agent.habit = undefined
  await agent.asked(2)

  const run = protection.run(() => 'done', 120)
  await clock.advance(1_000)
  t.equal(await run, 'done')
  agent.obey()
  await answered(2)

  t.strictSame(orders, ['true 120', 'false'])
  t.equal(clock.waiting, 0, 'and no timer is left')
})

t.test('a use that begins while giving up fails asks at once all the same', async (t) => {
  const { agent, answered, orders, protection } = await rig(t)
  agent.obey()
  await protection.run(() => {}, 120)
  agent.habit = undefined
  await agent.asked(2)
  const { fn, begun } = work()

  void protection.run(fn, 120)
  agent.answer(400, { error: { Code: 'ClientException', Message: 'No.' } })
  await answered(2)
  agent.obey()
  await begun

  t.strictSame(orders, ['true 120', 'false', 'true 120'])
})

t.test('protection under way when draining begins is given up, work begins at once, and nothing is protected any more', async (t) => {
  const { agent, answered, clock, orders, protection } = await rig(t)
  const { fn, begun, end } = work()
  const run = protection.run(fn, 120)
  await agent.asked(1)

  protection.end()
  await begun
  agent.obey()
  await answered(2)
  t.equal(await protection.run(() => 'later', 120), 'later')
  end('done')
  t.equal(await run, 'done')

  t.strictSame(orders, ['true 120', 'false'])
  t.equal(clock.waiting, 0)
})

t.test('work that waits while protection is being given up begins when draining begins', async (t) => {
  const { agent, answered, orders, protection } = await rig(t)
  agent.obey()
  await protection.run(() => {}, 120)
  agent.habit = undefined
  await agent.asked(2)
  const { fn, begun } = work()
  void protection.run(fn, 120)

  protection.end()
  await begun
  agent.obey()
  await answered(2)

  t.strictSame(orders, ['true 120', 'false'])
})

t.test('draining gives up what long work holds, at once', async (t) => {
  const { agent, answered, orders, protection } = await rig(t)
  agent.obey()
  const { fn, begun } = work()
  void protection.run(fn, 120)
  await begun

  protection.end()

  await answered(2)
  t.strictSame(orders, ['true 120', 'false'])
})

t.test('what was refused is not asked for again once draining has begun', async (t) => {
  const { agent, answered, clock, orders, protection } = await rig(t)
  agent.habit = () => agent.answer(429, 'Too many requests.')
  void protection.run(work().fn, 120)
  await answered(1)

  protection.end()
  await clock.advance(MINUTE)

  t.strictSame(orders, ['true 120'])
  t.equal(clock.waiting, 0)
})

t.test('an agent that hangs delays work by a second, once', async (t) => {
  const { clock, protection } = await rig(t)
  const [first, second] = [work(), work()]

  void protection.run(first.fn, 120)
  await clock.advance(999)
  t.notOk(first.state.begun)
  await clock.advance(1)
  t.ok(first.state.begun)
  void protection.run(second.fn, 120)
  await turn()

  t.ok(second.state.begun)
})

t.test('what an agent that hangs may have done is undone, as soon as it answers', async (t) => {
  const { agent, answered, clock, failures, orders, protection } = await rig(t, { timeout: 300 })
  const [first, second] = [work(), work()]
  const run = protection.run(first.fn, 120)
  await clock.advance(1_000)
  await first.begun
  await answered(1)
  await clock.advance(1_000)
  t.strictSame(orders, ['true 120'], 'asking it again at once helps nobody')

  first.end('')
  await run
  await answered(2)
  void protection.run(second.fn, 120)
  await turn()
  t.ok(second.state.begun, 'and waiting for it again does not, either')
  await agent.asked(3)
  agent.obey()
  protection.end()
  await answered(4)

  t.strictSame(orders, ['true 120', 'false', 'true 120', 'false'])
  t.strictSame(failures, ['true ETIMEDOUT: no whole answer within 300 ms', 'false ETIMEDOUT: no whole answer within 300 ms'])
})

t.test('an answer that comes late protects all the same, and the next use waits for its answer again', async (t) => {
  const { agent, answered, clock, orders, protection } = await rig(t)
  const [first, second] = [work(), work()]
  const run = protection.run(first.fn, 120)
  await agent.asked(1)
  await clock.advance(1_000)
  await first.begun

  agent.answer()
  await answered(1)
  t.equal(await protection.run(() => 'nested', 120), 'nested')
  t.strictSame(orders, ['true 120'])
  first.end('')
  await run
  await agent.asked(2)
  agent.answer()
  await answered(2)
  void protection.run(second.fn, 120)
  await agent.asked(3)

  t.notOk(second.state.begun)
})

const refusals: Readonly<Record<string, [status: number, body: unknown, failure: string]>> = {
  'a deployment that needs the room': [200, { failure: { Arn: 'arn', Reason: 'DEPLOYMENT_BLOCKED', Detail: 'There are too many.' } }, 'DEPLOYMENT_BLOCKED: There are too many.'],
  'a task without a service': [200, { failure: { Arn: 'arn', Reason: 'TASK_NOT_VALID' } }, 'TASK_NOT_VALID: the answer was 200'],
  'no permission': [400, { requestID: 'id', error: { Arn: 'arn', Code: 'AccessDeniedException', Message: 'Not authorized.' } }, 'AccessDeniedException: Not authorized.'],
  'no role': [403, { error: { Code: 'AccessDeniedException', Message: 'No credentials.' } }, 'AccessDeniedException: No credentials.'],
  'an unknown task': [404, { error: { Code: 'ResourceNotFoundException', Message: 'Not found.' } }, 'ResourceNotFoundException: Not found.'],
  'a long story': [400, { error: { Code: 'ClientException', Message: 'x'.repeat(501) } }, `ClientException: ${'x'.repeat(500)}`],
  'a redirect, which is not followed': [302, {}, 'HTTP_302: the answer was 302'],
  'no object': [400, null, 'HTTP_400: the answer was 400']
}

for (const [what, [status, body, failure]] of Object.entries(refusals)) {
  t.test(`a refusal is told once, and keeps no work from being done: ${what}`, async (t) => {
    const { agent, clock, failures, orders, protection } = await rig(t)
    agent.habit = () => agent.answer(status, body)

    t.equal(await protection.run(() => 'first', 120), 'first')
    t.equal(await protection.run(() => 'second', 120), 'second')

    t.strictSame(failures, [`true ${failure}`])
    t.strictSame(orders, ['true 120', 'true 120'], 'and there is nothing to give up')
    t.equal(clock.waiting, 0)
  })
}

t.test('so is what is no JSON', async (t) => {
  const { agent, failures, protection } = await rig(t)
  agent.habit = (response) => { response.writeHead(400).end('<html>') }

  t.equal(await protection.run(() => 'done', 120), 'done')

  t.strictSame(failures, ['true HTTP_400: the answer was 400'])
})

const passing: Readonly<Record<string, (agent: StubbornAgent) => void>> = {
  429: (agent) => agent.answer(429, 'Too many requests.'),
  500: (agent) => agent.answer(500, { error: { Code: 'ServerException', Message: 'Oh.' } }),
  504: (agent) => agent.answer(504, { error: { Code: 'RequestCanceled', Message: 'Timed out.' } })
}

for (const [status, answer] of Object.entries(passing)) {
  t.test(`what passes is tried once more, unnoticed: ${status}`, async (t) => {
    const { agent, answered, clock, failures, orders, protection } = await rig(t)
    const { fn, begun, state } = work()
    void protection.run(fn, 120)
    await agent.asked(1)
    answer(agent)
    await answered(1)
    t.notOk(state.begun)

    agent.obey()
    await clock.advance(200)
    await begun

    t.strictSame(orders, ['true 120', 'true 120'])
    t.strictSame(failures, [])
  })
}

t.test('a connection that breaks is tried once more; then work begins, and the agent is asked again a minute later', async (t) => {
  const { agent, answered, clock, failures, orders, protection } = await rig(t)
  agent.habit = (response) => response.destroy()
  const { fn, begun } = work()

  void protection.run(fn, 120)
  await answered(1)
  await clock.advance(200)
  await begun
  t.equal(await protection.run(() => 'nested', 120), 'nested')
  t.strictSame(orders, ['true 120', 'true 120'])
  await clock.advance(MINUTE)

  t.strictSame(orders, ['true 120', 'true 120', 'true 120'])
  t.strictSame(failures, ['true ECONNRESET: socket hang up'])
})

t.test('after a refusal, work that goes on is protected when the agent is asked again: after a quarter of its minutes, a minute at most', async (t) => {
  const { agent, answered, clock, orders, protection } = await rig(t)
  agent.habit = () => agent.answer(200, { failure: { Reason: 'DEPLOYMENT_BLOCKED', Detail: 'Later.' } })
  const { fn, begun, end } = work()
  const run = protection.run(fn, 2)
  await begun
  agent.obey()

  await clock.advance(MINUTE / 2 - 1)
  t.strictSame(orders, ['true 2'])
  await clock.advance(1)
  await answered(2)
  end('')
  await run

  await answered(3)
  t.strictSame(orders, ['true 2', 'true 2', 'false'])
})

t.test('a protection that could not be renewed is there until it expires', async (t) => {
  const { agent, answered, clock, failures, orders, protection } = await rig(t)
  agent.obey()
  void protection.run(work().fn, 4)
  await answered(1)
  agent.habit = undefined

  await clock.advance(2 * MINUTE)
  await agent.asked(2)
  t.equal(await protection.run(() => 'at once', 4), 'at once')
  agent.answer(400, { error: { Code: 'ClientException', Message: 'No.' } })
  await answered(2)
  t.equal(await protection.run(() => 'at once', 4), 'at once')

  t.strictSame(orders, ['true 4', 'true 4'])
  t.strictSame(failures, ['true ClientException: No.'])
})

t.test('one that could not be given up is told, and tried again until it has expired', async (t) => {
  const { agent, answered, clock, failures, orders, protection } = await rig(t)
  agent.obey()
  await protection.run(() => {}, 2)
  agent.habit = () => agent.answer(400, { error: { Code: 'ClientException', Message: 'No.' } })

  for (const order of [2, 3, 4, 5]) {
    await answered(order)
    await clock.advance(MINUTE / 2)
  }
  await clock.advance(10 * MINUTE)

  t.strictSame(orders, ['true 2', 'false', 'false', 'false', 'false'])
  t.strictSame(failures, ['false ClientException: No.'])
  t.equal(clock.waiting, 0)
})

t.test('an answer that says the opposite is not believed', async (t) => {
  const { agent, answered, failures, orders, protection } = await rig(t)
  agent.habit = () => agent.answer(200, { protection: { ProtectionEnabled: false, TaskArn: 'arn' } })

  t.equal(await protection.run(() => 'done', 120), 'done')
  await answered(2)

  t.strictSame(failures, ['true HTTP_200: the answer was 200'])
  t.strictSame(orders, ['true 120', 'false'], 'it may have been obeyed after all')
})

t.test('services in one process protect one task: what one gives up, another may hold', async (t) => {
  const { agent, answered, orders, service } = await rig(t)
  agent.obey()
  const [shop, admin] = [service(), service()]
  const [ofShop, ofAdmin] = [work(), work()]
  const shopRun = shop.run(ofShop.fn, 120)
  const adminRun = admin.run(ofAdmin.fn, 120)
  await Promise.all([ofShop.begun, ofAdmin.begun])

  ofShop.end('')
  await shopRun
  shop.end()
  t.strictSame(orders, ['true 120'])
  ofAdmin.end('')
  await adminRun

  await answered(2)
  t.strictSame(orders, ['true 120', 'false'])
})

t.test('one that drains does not wait for what another waits for', async (t) => {
  const { agent, orders, service } = await rig(t)
  const [shop, admin] = [service(), service()]
  const [ofShop, ofAdmin] = [work(), work()]
  void shop.run(ofShop.fn, 120)
  void admin.run(ofAdmin.fn, 120)
  await agent.asked(1)

  shop.end()
  await ofShop.begun
  t.equal(await shop.run(() => 'later', 120), 'later')

  t.notOk(ofAdmin.state.begun)
  t.strictSame(orders, ['true 120'])
})

t.test('a failure is told whoever asked', async (t) => {
  const { agent, failures, service } = await rig(t)
  agent.habit = () => agent.answer(400, { error: { Code: 'ClientException', Message: 'No.' } })
  await service('shop ').run(() => {}, 120)
  agent.habit = () => agent.answer(403, { error: { Code: 'AccessDeniedException', Message: 'No.' } })
  await service('admin ').run(() => {}, 120)

  t.strictSame(failures, ['shop true ClientException: No.', 'admin true AccessDeniedException: No.'])
})

t.test('outside ECS work is run, and nothing else', async (t) => {
  const clock = new FakeClock()
  const protection = new Protection({ clock, keeper: undefined, failed: () => t.fail() })

  t.equal(await protection.run(() => 'done', 120), 'done')
  protection.during(Promise.resolve(), 120)
  protection.end()

  t.equal(clock.waiting, 0)
})

t.test('only an agent at a link-local or loopback address is given orders', async (t) => {
  const warnings: string[] = []
  const endpoint = (uri: string | undefined) => protectionEndpoint(uri, (reason) => { warnings.push(reason) })

  t.ok(endpoint(' http://169.254.170.2/api/id '))
  t.strictSame([undefined, '', ' '].map(endpoint), [undefined, undefined, undefined])
  t.strictSame(warnings, [])
  t.equal(endpoint('http://10.0.0.1/api/id'), undefined)
  t.strictSame(warnings, ['its host is neither a link-local nor a loopback address'])
})
