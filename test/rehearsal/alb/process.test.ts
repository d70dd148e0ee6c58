import { fork } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import t from 'tap'

import { BalancerProcess } from '../../../lib/rehearsal/alb/index'
import { ask, options, served, until } from './rig'

// To start a child through the test's loader takes a second: the tests share one, each with tasks of its own.
let balancer: BalancerProcess

t.before(async () => { balancer = await BalancerProcess.start(options({ nodes: 2, oneWayDelay: 1 })) })
t.after(async () => await balancer.close())

const never = new AbortController().signal

t.test('a balancer in a process of its own routes, tells of health, looks away and keeps a complete ledger', async (t) => {
  const target = await served(t, (_request, response) => { response.end('a') })
  balancer.register(1, target.port)
  await balancer.healthy(1, never)

  const ids = Array.from({ length: 300 }, (_, index) => `request ${index}`)
  await Promise.all(ids.map((id, index) => ask(balancer.ports[index % 2]!, '/', { id })))
  const ledger = await balancer.ledger()
  const before = balancer.lookedAway(1)
  balancer.deregister(1)
  await until(() => balancer.lookedAway(1).every((at) => at !== null))

  t.strictSame(ledger.map(({ id }) => id).sort(), ids.sort())
  t.ok(ledger.every(({ outcome, at, ended }) => outcome === 'answered' && at > 0 && ended >= at))
  t.strictSame(before, [null, null])
  t.strictSame(balancer.addresses, ['127.0.1.1', '127.0.1.2'])
  for (const node of [0, 1]) {
    t.strictSame(balancer.health.filter((record) => record.node === node).map(({ health }) => health), ['initial', 'healthy', 'draining'])
  }
})

t.test('a crossing is told of, and a request is known to be dispatched before it is answered', async (t) => {
  const target = await served(t, ({ url }, response) => { if (url !== '/never') response.end() })
  balancer.register(2, target.port)
  await balancer.healthy(2, never)
  await ask(balancer.ports[0]!, '/', { id: 'a' })
  const crossed = new Promise<number[]>((resolve) => { balancer.onCrossing = (...told) => resolve(told) })

  await balancer.stopping(2)
  target.asked[0]!.socket.end()
  const told = await crossed
  const left = new AbortController()
  const unanswered = ask(balancer.ports[0]!, '/never', { id: 'c', signal: left.signal })
  await balancer.dispatched('c', never)
  await balancer.dispatched('a', never)
  left.abort()

  t.strictSame(told, [2, 0])
  await t.rejects(unanswered)
})

t.test('a wait for health or for a request ends with the reason of its signal', async (t) => {
  const reason = new Error('enough')
  const abort = new AbortController()

  const waits = [balancer.healthy(9, abort.signal), balancer.dispatched('none', abort.signal)]
  abort.abort(reason)

  for (const wait of waits) await t.rejects(wait, reason)
})

t.test('nothing is left after close, which may be called twice', async (t) => {
  const balancer = await BalancerProcess.start(options())
  t.teardown(() => balancer.close())
  const target = await served(t, () => {})
  balancer.register(1, target.port)
  await balancer.healthy(1, never)
  const open = ask(balancer.ports[0]!).catch((error: Error) => error)
  await until(() => target.asked.length === 1)

  await Promise.all([balancer.close(), balancer.close()])

  t.ok(await open instanceof Error)
  const [error] = await once(net.connect(balancer.ports[0]!, '127.0.0.1'), 'error') as [NodeJS.ErrnoException]
  t.equal(error.code, 'ECONNREFUSED')
})

t.test('the child ignores Ctrl-C, and ends by itself when its parent lets go', async (t) => {
  const child = fork(require.resolve('../../../lib/rehearsal/alb/process'))
  child.send({ call: 1, name: 'start', args: [options()] })
  await once(child, 'message')

  child.kill('SIGINT')
  child.kill('SIGTERM')
  child.send({ call: 2, name: 'flush', args: [] })
  const [reply] = await once(child, 'message')
  child.disconnect()
  const [code, signal] = await once(child, 'exit')

  t.match(reply, { type: 'reply', call: 2 })
  t.strictSame([code, signal], [0, null])
})

t.test('when the child ends by itself, `failed` and every wait reject', async (t) => {
  const wait = balancer.healthy(9, never)

  process.kill(balancer.pid, 'SIGKILL')

  for (const over of [wait, balancer.failed]) await t.rejects(over, { message: "the balancer's process ended (SIGKILL)" })
  await t.rejects(balancer.ledger(), { message: "the balancer's process ended (SIGKILL)" })
})
