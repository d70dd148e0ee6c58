import type { Readable } from 'node:stream'

import { startEmulatedRedis } from './emulated-redis'
import { freePort } from './free-port'
import type { Database } from './postgres'
import { Throwaway } from './throwaway'
import { untilSaid } from './until-said'

/** How often a port may be taken from under us. */
const MOST_TRIES = 5

/**
 * Starts a Redis on 127.0.0.1: an emulator inside this process, or `redis-server` from PATH where `ECS_GRACEFUL_REAL_REDIS`
 * is 1. Who asks for the real one and has none is refused, not given the other. Nothing is kept.
 */
export async function startRedis (env: NodeJS.ProcessEnv = process.env): Promise<Database> {
  return env.ECS_GRACEFUL_REAL_REDIS === '1' ? await startRealRedis(env) : await startEmulatedRedis()
}

async function startRealRedis (env: NodeJS.ProcessEnv): Promise<Database> {
  const throwaway = new Throwaway('checkout-redis')
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', throwaway.folder]
    const child = throwaway.spawn('SIGTERM', 'redis-server', args, { env, stdio: ['ignore', 'pipe', 'ignore'] })
    const { found, text } = await untilSaid(child, child.stdout as Readable, 'Ready to accept connections')
    if (found) return { url: `redis://127.0.0.1:${port}`, stop: () => throwaway.stop() }
    if (attempt < MOST_TRIES && text.includes('Address already in use')) continue

    await throwaway.stop()
    throw new Error(`redis-server did not start: ${text}`)
  }
}
