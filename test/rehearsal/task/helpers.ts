import { once } from 'node:events'
import net from 'node:net'
import type { Test } from 'tap'

import { monotonic } from '../../../lib/rehearsal/monotonic'
import { freePorts, Task, type TaskOptions } from '../../../lib/rehearsal/task'

const ports = freePorts()

/** Starts a command, or a script for node, and ends it with the test. */
export async function start (t: Test, command: string | [string, ...string[]], options: Partial<TaskOptions> = {}): Promise<Task> {
  const task = await Task.start({
    task: 1,
    command: typeof command === 'string' ? node(command) : command,
    port: await (await ports)(),
    pid1: false,
    stopTimeoutSeconds: 30,
    now: monotonic,
    ...options
  })
  t.teardown(() => task.kill())
  return task
}

/** Runs a script without the loader that tap gives to all of its children, which takes most of their time. */
export function node (script: string): [string, ...string[]] {
  return ['sh', '-c', 'unset NODE_OPTIONS; exec "$0" -e "$1"', process.execPath, script]
}

/** The source that starts another script from within one. */
export function starting (script: string, options = '{}'): string {
  return `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(script)}], ${options});`
}

/** Where processes call at their start. A call ends with its process, and that is how its end is seen. */
export async function switchboard (t: Test) {
  const calls = new Set<net.Socket>()
  const waiting: net.Socket[] = []
  const server = net.createServer((socket) => {
    calls.add(socket.setEncoding('utf8').on('error', () => {}))
    waiting.push(socket)
    server.emit('call')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => {
    server.close()
    for (const call of calls) call.destroy()
  })
  return {
    /** The source by which a script calls; it then answers all that it is asked, and ends when nobody listens any more. */
    calling: `const call = require('node:net').connect(${(server.address() as net.AddressInfo).port}, '127.0.0.1');
      call.on('data', (asked) => call.write(asked)).on('close', () => process.exit());`,
    /** The next call. */
    async answered (): Promise<net.Socket> {
      while (waiting.length === 0) await once(server, 'call')
      return waiting.shift()!
    }
  }
}

/** Asks a caller, who answers if it runs. */
export async function ask (call: net.Socket, question = 'there?'): Promise<string> {
  call.write(question)
  return await heard(call)
}

/** What a caller says next. */
export async function heard (call: net.Socket): Promise<string> {
  const [said] = await once(call, 'data')
  return said
}

/** Resolves once the caller has gone. */
export async function gone (call: net.Socket): Promise<void> {
  call.resume()
  if (!call.closed) await once(call, 'close')
}
