import { once } from 'node:events'
import t, { type Test } from 'tap'

import { rehearse } from '../../lib/rehearsal/index'
import { story, tiny } from './fixtures/rehearsals'
import { lifeline, until } from './fixtures/servers'

/** Aborts a rehearsal at an event, and holds that nothing of it is left. */
async function abortedAt (t: Test, event: string): Promise<void> {
  const { port, calls } = await lifeline(t)
  const abort = new AbortController()
  const { events, onEvent } = story()
  const before = held()

  const over = rehearse(tiny('ignores', {
    stopTimeoutSeconds: 0.5,
    env: { LIFELINE: String(port) },
    signal: abort.signal,
    onEvent: (happened) => {
      onEvent(happened)
      if (events.at(-1) === event) abort.abort(new Error('interrupted'))
    }
  }))
  await t.rejects(over, { message: 'interrupted' })

  // The other end of each call is a task; that its port is free again would prove nothing, since others take free ports.
  t.ok(calls.length > 0)
  await Promise.all(calls.filter((call) => !call.destroyed).map((call) => once(call, 'close')))
  await until(() => held().length <= before.length)
}

/** The servers and children of this process. */
function held (): string[] {
  return process.getActiveResourcesInfo().filter((resource) => ['TCPServerWrap', 'ProcessWrap'].includes(resource))
}

t.test('a rehearsal aborted before its first deployment leaves nothing behind', async (t) => {
  await abortedAt(t, 'task 1 serving')
})

t.test('a rehearsal aborted in its last deployment is no result, and leaves nothing behind', async (t) => {
  await abortedAt(t, 'task 1 signalled')
})
