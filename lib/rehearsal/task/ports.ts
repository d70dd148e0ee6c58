import { once } from 'node:events'
import fs from 'node:fs/promises'
import net from 'node:net'

/** From where on ports are drawn, and how many there must be to draw from. */
const FIRST = 20_000
const ENOUGH = 1_000
const LAST = 65_535
const TRIES = 1_000

/**
 * Resolves to a function that hands out ports of 127.0.0.1 on which nobody listens, never the same twice. They are not
 * among those that the kernel gives to clients: no connection can take a task's port while the task starts.
 */
export async function freePorts (): Promise<() => Promise<number>> {
  const [least, most] = drawable(await ephemeral())
  const tried = new Set<number>()
  return async () => {
    for (let tries = 0; tries < TRIES; tries++) {
      // at random, so that two rehearsals on one machine rarely draw the same
      const port = least + Math.floor(Math.random() * (most - least + 1))
      if (tried.has(port)) continue
      tried.add(port)
      if (await isFree(port)) return port
    }
    throw new Error(`no free port was found between ${least} and ${most}`)
  }
}

/** The ports to draw from, ends included: those below the kernel's range, else those above it. */
export function drawable ([low, high]: readonly [number, number]): readonly [number, number] {
  if (low - FIRST >= ENOUGH) return [FIRST, low - 1]
  if (LAST - high >= ENOUGH) return [Math.max(high + 1, FIRST), LAST]
  return [FIRST, LAST] // the kernel uses all of them: take what there is
}

/** The range from which the kernel gives ports to clients. */
async function ephemeral (): Promise<[number, number]> {
  const range = await fs.readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '32768 60999')
  const [low, high] = range.trim().split(/\s+/).map(Number)
  return [low!, high!]
}

/** Whether nobody listens on a port of 127.0.0.1, found by doing so for a moment. */
export async function isFree (port: number): Promise<boolean> {
  const server = net.createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}
