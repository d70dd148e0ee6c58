import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

import { freePort } from './free-port'
import { environment, handOver, identity, postgresBinaries } from './postgres-binaries'
import { Throwaway } from './throwaway'
import { untilSaid } from './until-said'

export interface Database {
  /** Where clients connect to. */
  readonly url: string
  /** Ends it at once, whoever is connected, and removes all it kept. Asking twice does no harm. */
  stop (): Promise<void>
}

/** While a deployment overlaps there are four checkouts with pools of 20, and four workers with pools of 10. */
const CONNECTIONS = 200
/** How often a port may be taken from under us. */
const MOST_TRIES = 5

/**
 * Starts a real PostgreSQL on 127.0.0.1, with an empty database of its own. Durable it is not: it neither survives this
 * process nor syncs to the disk.
 */
export async function startPostgres (): Promise<Database> {
  const throwaway = new Throwaway('checkout-postgres')
  try {
    const url = await start(throwaway)
    return { url, stop: () => throwaway.stop() }
  } catch (error) {
    await throwaway.stop()
    throw error
  }
}

async function start (throwaway: Throwaway): Promise<string> {
  const bin = postgresBinaries(throwaway.folder)
  const data = join(throwaway.folder, 'data')
  mkdirSync(data)
  handOver(throwaway.folder)

  await run(throwaway, join(bin, 'initdb'), [
    '-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'
  ])
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const { found, text } = await serve(throwaway, join(bin, 'postgres'), [
      '-D', data, '-h', '127.0.0.1', '-p', String(port), '-N', String(CONNECTIONS), '-F', '-c', 'unix_socket_directories='
    ])
    if (found) return `postgres://postgres@127.0.0.1:${port}/postgres`
    if (attempt === MOST_TRIES || !text.includes('Address already in use')) throw new Error(`PostgreSQL did not start: ${text}`)
  }
}

async function run (throwaway: Throwaway, command: string, args: readonly string[]): Promise<void> {
  const child = throwaway.spawn('SIGTERM', command, args, { ...identity, env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
  const { text } = await untilSaid(child, child.stderr as Readable)
  if (child.exitCode !== 0) throw new Error(`${command} failed: ${text}`)
}

async function serve (throwaway: Throwaway, command: string, args: readonly string[]): ReturnType<typeof untilSaid> {
  const child = throwaway.spawn('SIGQUIT', command, args, { ...identity, env: environment, stdio: ['ignore', 'ignore', 'pipe'] })
  return await untilSaid(child, child.stderr as Readable, 'ready to accept connections')
}
