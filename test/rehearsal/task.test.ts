import { once } from 'node:events'
import t, { type Test } from 'tap'

import { Task, type TaskOptions } from '../../lib/rehearsal/task'
import { lifeline, until } from './fixtures/servers'

t.jobs = 8

async function task (t: Test, script: string, options: Partial<TaskOptions> = {}): Promise<Task> {
  const started = await Task.start({ command: [process.execPath, '-e', script], ...options })
  t.teardown(() => started.kill())
  return started
}

const calling = (port: number): string => `require('node:net').connect(${port}, '127.0.0.1')`

t.test('a task is told its port and what its options say, the port last', { buffered: true }, async (t) => {
  const told = await task(t, 'console.log(process.env.HOST, process.env.PORT, process.env.MODE, process.cwd())', { env: { MODE: 'safe', PORT: '1' }, cwd: '/' })

  await until(() => told.output.includes('\n'))

  t.equal(told.output, `127.0.0.1 ${told.port} safe /\n`)
})

t.test('the last of what it writes is kept, on both streams', { buffered: true }, async (t) => {
  const both = await task(t, 'console.log("out"); console.error("err")')
  const much = await task(t, 'console.log("x".repeat(10_000) + "end")')

  await until(() => both.output.length === 8 && much.output.endsWith('end\n'))

  t.match(both.output, 'out\n')
  t.match(both.output, 'err\n')
  t.equal(much.output.length, 4_000)
})

t.test('how it ends is told: an exit code, or a signal', { buffered: true }, async (t) => {
  const [failing, killed] = [await task(t, 'process.exit(7)'), await task(t, 'setInterval(() => {}, 1_000); console.log("up")')]
  await until(() => killed.output !== '')
  t.equal(killed.running, true)

  killed.signal('SIGTERM')

  t.strictSame(await failing.exit, { code: 7, signal: null })
  t.strictSame(await killed.exit, { code: null, signal: 'SIGTERM' })
  t.equal(killed.running, false)
})

t.test('a command that is not there has ended, and says so', { buffered: true }, async (t) => {
  const absent = await task(t, '', { command: ['/no/such/command'] })

  t.strictSame(await absent.exit, { code: null, signal: null })
  t.match(absent.output, 'ENOENT')
  absent.signal('SIGTERM')
  absent.kill()
})

t.test('a signal reaches the process alone, the end of the task reaches what it has started', { buffered: true }, async (t) => {
  const { port, calls } = await lifeline(t)
  const grandchild = `${calling(port)}; setInterval(() => {}, 1_000)`
  const parent = await task(t, `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}]); setInterval(() => {}, 1_000)`)
  await until(() => calls.length === 1)

  parent.signal('SIGTERM')
  await parent.exit
  t.equal(calls[0]!.destroyed, false)
  const gone = once(calls[0]!, 'close')
  parent.kill()

  await gone
  parent.kill() // a second time does no harm
})

t.test('a task has a process group of its own', { buffered: true }, async (t) => {
  const { port, calls } = await lifeline(t)
  const one = await task(t, `${calling(port)}; setInterval(() => {}, 1_000)`)
  const other = await task(t, `${calling(port)}; setInterval(() => {}, 1_000)`)
  await until(() => calls.length === 2)

  one.kill()
  await one.exit

  t.equal(other.running, true)
  other.kill()
  t.strictSame(await other.exit, { code: null, signal: 'SIGKILL' })
})
