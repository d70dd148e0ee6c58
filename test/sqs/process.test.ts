import t, { type Test } from 'tap'

import { startService, type Child, type ChildOptions } from '../helpers/child'
import { credentials, Sqs, type Queue } from '../helpers/sqs'

t.jobs = 4

let sqs: Sqs
t.before(async () => { sqs = await Sqs.start(t) })

/** A worker of a queue of its own, whose first poll is under way. */
async function worker (t: Test, name: string, { queue: options, ...rest }: ChildOptions & { readonly queue?: object } = {}): Promise<{ child: Child, queue: Queue }> {
  const queue = sqs.create(name)
  const env = { ...credentials, QUEUE: JSON.stringify({ name: 'orders', queueUrl: queue.url, waitTimeSeconds: 2, ...options }), ...rest.env }
  const { child } = await startService(t, { fixture: 'worker.js', ...rest, env })
  return { child, queue }
}

t.test('a message that comes to the poll under way at the signal is handed back, and nobody is left without it', { buffered: true }, async (t) => {
  const { child, queue } = await worker(t, 'last-poll')
  await sqs.called('ReceiveMessage')

  child.send('SIGTERM')
  await child.phase('closing')
  const id = await queue.send('0')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { outcome: 'drained', cut: { work: [] } })
  t.match(await child.line((line) => line.queue === 'orders'), { handedBack: 1 })
  t.match(await queue.receive(), [{ MessageId: id, Attributes: { ApproximateReceiveCount: '2' } }])
  t.notOk(child.lines.some((line) => 'began' in line))
})
