// npm run bench:growth: what a task still holds of what has long been over, with the plugin and without. A soak of hours in minutes: whatever keeps
// something of each request, probe or connection shows after thousands of them.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'

import { startDatabases } from '../examples/checkout/databases'
import { createSchema } from '../examples/checkout/schema'
import { kinds } from './growth/kinds'
import { table, type Pair, type Round } from './growth/table'
import { GrowingTask } from './growth/task'

const usage = `npm run bench:growth -- [--rounds N]

  --rounds N   how often each task undergoes everything (default 18)
`

async function main (): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '18' }, help: { type: 'boolean' } } })
  if (values.help) return void process.stdout.write(usage)
  const count = Number(values.rounds)
  if (!Number.isInteger(count) || count < 2 || count > 1_000) throw new Error(`--rounds must be a whole number from 2 to 1000, not ${values.rounds}`)

  const logs = mkdtempSync(join(tmpdir(), 'growth-'))
  const databases = await startDatabases()
  const tasks: GrowingTask[] = []
  try {
    await prepare(databases.databaseUrl)
    const env = { PATH: process.env.PATH, DATABASE_URL: databases.databaseUrl, REDIS_URL: databases.redisUrl, SOAK_LOGS: logs }
    for (const GRACEFUL of ['on', 'off']) tasks.push(await GrowingTask.start({ ...env, GRACEFUL }))
    const [own, control] = tasks as [GrowingTask, GrowingTask]
    const rounds: Round[] = []
    while (rounds.length < count) {
      process.stderr.write(`round ${rounds.length + 1} of ${count}\n`)
      rounds.push(await round(own, control))
    }
    console.log(table(kinds, rounds))
  } finally {
    await Promise.all(tasks.map((task) => task.stop()))
    await databases.stop()
    rmSync(logs, { recursive: true })
  }
}

/** One task after the other, so that neither is measured while the other works. */
async function round (own: GrowingTask, control: GrowingTask): Promise<Round> {
  const left: Pair[] = []
  let heap: Pair = { own: await own.heap(), control: await control.heap() }
  for (const kind of kinds) {
    const before = heap
    await own.undergo(kind)
    await control.undergo(kind)
    heap = { own: await own.heap(), control: await control.heap() }
    left.push({ own: heap.own - before.own, control: heap.control - before.control })
  }
  return { left, heap }
}

async function prepare (connectionString: string): Promise<void> {
  const db = new pg.Client(connectionString)
  await db.connect()
  await createSchema(db)
  await db.end()
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130))

main().catch((error: unknown) => {
  console.error(error)
  process.exit(2)
})
