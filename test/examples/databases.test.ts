import Redis from 'ioredis'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import timers from 'node:timers/promises'
import { Client } from 'pg'
import t, { type Test } from 'tap'

import { startDatabases } from '../../examples/checkout/databases'
import { startPostgres } from '../../examples/checkout/postgres'
import { handOver, identity, installedPostgres, postgresBinaries } from '../../examples/checkout/postgres-binaries'
import { startRedis } from '../../examples/checkout/redis'
import { Throwaway } from '../../examples/checkout/throwaway'

interface Whereabouts {
  readonly folder: string
  readonly pid: number
}

async function connect (url: string): Promise<Client> {
  const client = new Client(url)
  client.on('error', () => {}) // its server is going to be stopped
  await client.connect()
  return client
}

async function whereabouts (client: Client): Promise<Whereabouts> {
  const { rows: [row] } = await client.query<{ data: string }>("SELECT current_setting('data_directory') AS data")
  const { data } = row!
  return { folder: dirname(data), pid: parseInt(readFileSync(join(data, 'postmaster.pid'), 'utf8')) }
}

function leftovers ({ folder, pid }: Whereabouts): string[] {
  return [...existsSync(folder) ? ['folder'] : [], ...isAlive(pid) ? ['process'] : []]
}

function isAlive (pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A process that starts PostgreSQL, says where, and throws when it is told something. */
async function startOwner (t: Test) {
  const script = `require(${JSON.stringify(join(__dirname, '../../examples/checkout/postgres.ts'))}).startPostgres().then(({ url }) => {
    console.log(url)
    process.stdin.once('data', () => { throw new Error('nobody catches this') })
  })`
  // Without tap's loader, which would listen to signals.
  const owner = spawn('env', ['-u', 'NODE_OPTIONS', process.execPath, '--import', 'tsx', '-e', script], { stdio: ['pipe', 'pipe', 'ignore'] })
  t.teardown(() => { owner.kill('SIGKILL') })
  const [url] = await once(owner.stdout.setEncoding('utf8'), 'data') as [string]
  return { owner, url: url.trim() }
}

t.test('a PostgreSQL that was stopped, with a query running, leaves no process and no folder', async (t) => {
  const { url, stop } = await startPostgres()
  const client = await connect(url)
  const place = await whereabouts(client)
  t.strictSame(leftovers(place), ['folder', 'process'])
  const query = client.query('SELECT pg_sleep(60)')

  await Promise.all([t.rejects(query), stop()])
  await stop()

  t.strictSame(leftovers(place), [])
})

for (const way of ['exception', 'SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  t.test(`a process that dies by ${way} leaves no PostgreSQL behind`, async (t) => {
    const { owner, url } = await startOwner(t)
    const client = await connect(url)
    const place = await whereabouts(client)

    if (way === 'exception') owner.stdin.write('now')
    else owner.kill(way)
    while (leftovers(place).length > 0) await timers.setTimeout(20) // tap's time limit ends this

    t.strictSame(leftovers(place), [])
    await client.end().catch(() => {})
  })
}

t.test('two at a time get a port and a folder each', async (t) => {
  const databases = await Promise.all([startPostgres(), startPostgres()])
  t.teardown(() => Promise.all(databases.map(({ stop }) => stop())))

  t.not(databases[0].url, databases[1].url)
})

t.test('binaries that cannot be run where they are, in a private folder and without their links, are run from a copy', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'private-')) // 0700
  const installed = join(home, 'native')
  cpSync(installedPostgres(), installed, { recursive: true, verbatimSymlinks: true, filter: (source) => !source.endsWith('libicuuc.so.60') })
  const throwaway = new Throwaway('copy')
  handOver(throwaway.folder)
  t.teardown(() => rmSync(home, { recursive: true }))

  const bin = postgresBinaries(throwaway.folder, installed)
  const version = execFileSync(join(bin, 'postgres'), ['--version'], { ...identity, cwd: '/', encoding: 'utf8' })
  const links = readdirSync(join(installed, 'lib')).filter((name) => name === 'libicuuc.so.60')
  await throwaway.stop()

  t.match(bin, throwaway.folder)
  t.match(version, /^postgres \(PostgreSQL\)/)
  t.strictSame(links, [], 'the installed ones are not touched')
  t.notOk(existsSync(throwaway.folder))
})

t.test('the emulated Redis ends with a client connected, and twice', async (t) => {
  const { url, stop } = await startRedis({})
  const client = new Redis(url, { retryStrategy: () => null })
  client.on('error', () => {})
  await client.set('known', 'yes', 'EX', 60)
  t.equal(await client.get('known'), 'yes')

  await stop()
  await stop()

  await t.rejects(client.get('known'))
})

t.test('who asks for the real Redis and has none is refused', async (t) => {
  const started = startRedis({ ECS_GRACEFUL_REAL_REDIS: '1', PATH: '/nowhere' })

  await t.rejects(started, { message: /redis-server did not start: .*ENOENT/ })
})

t.test('databases named in the environment are used, and neither started nor stopped', async (t) => {
  const databases = await startDatabases({ DATABASE_URL: 'postgres://elsewhere/orders', REDIS_URL: 'redis://elsewhere' })

  t.match(databases, { databaseUrl: 'postgres://elsewhere/orders', redisUrl: 'redis://elsewhere' })
  await databases.stop()
})

t.test('a PostgreSQL is stopped again if Redis does not start', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'temporary-')) // of its own: other tests start databases too
  chmodSync(folder, 0o755)
  const { TMPDIR } = process.env
  process.env.TMPDIR = folder
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
    rmSync(folder, { recursive: true })
  })

  await t.rejects(startDatabases({ ECS_GRACEFUL_REAL_REDIS: '1', PATH: '/nowhere' }))

  t.strictSame(readdirSync(folder), [])
})
