import t, { type Test } from 'tap'

import { canBePid1 } from '../../../lib/rehearsal/task'
import { wasKilled, withoutComplaint } from '../../../lib/rehearsal/task/pid1'
import { ask, gone, node, start, starting, switchboard } from './helpers'

t.jobs = 4

const pid1 = { pid1: true }

/** A process that has called, run as PID 1. */
async function running (t: Test, script: string, shell = false) {
  const { calling, answered } = await switchboard(t)
  const command = node(`${script}; ${calling}`)
  const task = await start(t, shell ? ['sh', '-c', '"$0" "$@"; exit $?', ...command] : command, pid1)
  return { task, call: await answered() }
}

t.test('as PID 1', async (t) => {
  const skip = await canBePid1() ? false : 'namespaces cannot be made here'
  t.jobs = 4

  t.test('a task sees itself as the first process, and no other', { buffered: true, skip }, async (t) => {
    const task = await start(t, "console.log(process.pid, require('node:fs').readdirSync('/proc').filter(Number)); require('node:fs').writeSync(3, '{\"id\":\"a\",\"event\":\"end\"}')", pid1)

    await task.silent

    t.equal(task.output, "1 [ '1' ]\n")
    t.match(task.ledger, [{ id: 'a', event: 'end' }])
    t.match(await task.exit, { code: 0, signal: null })
  })

  t.test('a process without a handler survives SIGTERM and ends by SIGKILL', { buffered: true, skip }, async (t) => {
    const { task, call } = await running(t, '')

    task.signal('SIGTERM')
    t.equal(await ask(call), 'there?')
    task.signal('SIGKILL')

    t.match(await task.exit, { code: null, signal: 'SIGKILL' })
    await task.silent
    t.equal(task.output, '')
  })

  t.test('a shell swallows SIGTERM, and takes the server with it in the end', { buffered: true, skip }, async (t) => {
    const { task, call } = await running(t, "process.on('SIGTERM', () => process.exit(0))", true)

    task.signal('SIGTERM')
    t.equal(await ask(call), 'there?')
    task.signal('SIGKILL')

    t.match(await task.exit, { code: null, signal: 'SIGKILL' })
    await gone(call)
  })

  for (const code of [0, 1, 137, 143]) {
    t.test(`a process with a handler exits with its code, ${code}`, { buffered: true, skip }, async (t) => {
      const { task } = await running(t, `process.on('SIGTERM', () => process.exit(${code}))`)

      task.signal('SIGTERM')

      t.match(await task.exit, { code, signal: null })
    })
  }

  t.test('a fault shows as its signal', { buffered: true, skip }, async (t) => {
    const { task } = await running(t, "process.on('SIGTERM', () => process.abort())")

    task.signal('SIGTERM')

    t.match(await task.exit, { code: null, signal: /SIGSEGV|SIGABRT|SIGILL|SIGTRAP/ })
  })

  t.test('a task that is killed while frozen ends', { buffered: true, skip }, async (t) => {
    const { task, call } = await running(t, '')

    task.freeze()
    task.signal('SIGKILL')

    t.match(await task.exit, { signal: 'SIGKILL' })
    await gone(call)
  })

  t.test('a kill leaves nothing, not even what had left the group and lost its parent', { buffered: true, skip }, async (t) => {
    const { calling, answered } = await switchboard(t)
    const orphan = starting(`${starting(calling, "{ detached: true, stdio: 'inherit' }")} setImmediate(() => process.exit())`, '{ detached: true }')
    const { task, call } = await running(t, orphan)
    const orphans = await answered()

    task.kill()

    t.match(await task.exit, { signal: 'SIGKILL' })
    await Promise.all([gone(call), gone(orphans)])
  })

  t.test('its pid is the number out here, and a command that is not there is refused', { buffered: true, skip }, async (t) => {
    const { task } = await running(t, '')

    process.kill(task.pid, 'SIGKILL')

    t.match(await task.exit, { signal: 'SIGKILL' })
    await t.rejects(start(t, ['no-such-command'], pid1), { message: 'The command no-such-command was not found on the PATH.' })
  })
})

t.test('the complaint of the wrapper is told from what a service says, and left out', async (t) => {
  const complaint = 'unshare: sigprocmask unblock failed: Invalid argument\n'

  t.equal(wasKilled(1, `ready\n${complaint}`), true)
  t.equal(wasKilled(1, 'ready\n'), false)
  t.equal(wasKilled(143, complaint), false)
  t.equal(withoutComplaint(`ready\n${complaint}`), 'ready\n')
})
