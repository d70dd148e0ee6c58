import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

import { freePort } from '../../examples/checkout/free-port'

/** Milliseconds from the spawn of a process to its first 200, on the clock and on the CPU, all threads together. */
export interface Start {
  readonly elapsed: number
  readonly cpu: number
}

/** No start takes longer than this, or the bench ends with an error. */
const PATIENCE = 30_000

/** Starts a service that logs a line once it listens, asks its health, and ends it. Linux only: the CPU's time is read from /proc. */
export async function startOnce ([file, ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<Start> {
  const port = await freePort()
  const begun = performance.now()
  const child = spawn(file!, args, { env: { ...env, PORT: `${port}`, HOST: '127.0.0.1' }, stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  try {
    const lines = createInterface({ input: child.stdout })
    await once(lines, 'line', { signal: AbortSignal.timeout(PATIENCE) })
    const { status } = await fetch(`http://127.0.0.1:${port}/health`)
    if (status !== 200) throw new Error(`${args.join(' ')} answered ${status}`)
    return { elapsed: performance.now() - begun, cpu: cpuOf(child.pid!) }
  } finally {
    child.kill('SIGINT') // a second one would leave before the compile cache is written
    await gone
  }
}

/** Nanoseconds that each thread has run are the first number of its schedstat. */
function cpuOf (pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'))
  return threads.reduce((sum, line) => sum + Number(line.split(' ')[0]), 0) / 1e6
}
