import { Queue } from 'bullmq'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'

import { startRedis } from '../../examples/checkout/redis'
import { brisk, startService, type Child } from '../helpers/child'

t.jobs = 3

const story = ({ lines }: Child): string[] => lines.flatMap((line) => 'began' in line ? [`began ${String(line.began)}`] : 'ended' in line ? [`ended ${String(line.ended)}`] : [])

/** A queue of jobs that are there before the worker is. */
async function jobs (t: Test, ...names: string[]): Promise<{ queue: Queue, url: string }> {
  const redis = await startRedis()
  const queue = new Queue('mail', { connection: { url: redis.url } })
  t.teardown(async () => {
    await queue.close()
    await redis.stop()
  })
  for (const name of names) await queue.add(name, {})
  return { queue, url: redis.url }
}

t.test('BullMQ: the job in flight is finished, and the next is left for others', { buffered: true }, async (t) => {
  const { queue, url } = await jobs(t, '700', '1')
  const { child } = await startService(t, { fixture: 'recipes.js', with: ['bullmq'], env: { REDIS_URL: url } })
  await child.line((line) => line.began === '700')

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { outcome: 'drained', cut: { work: [] } })
  t.strictSame(story(child), ['began 700', 'ended 700'])
  t.match(await queue.getJobCounts('completed', 'waiting', 'active'), { completed: 1, waiting: 1, active: 0 })
})

t.test('BullMQ: a job that is not done at the force point is named in the report', { buffered: true }, async (t) => {
  const { url } = await jobs(t, '60000')
  const options = { ...brisk, stopTimeout: 4_000, closeTimeout: 500, safetyMargin: 1_000, gracePeriod: 500 }
  const { child } = await startService(t, { fixture: 'recipes.js', with: ['bullmq'], env: { REDIS_URL: url }, options })
  await child.line((line) => line.began === '60000')

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match(await child.report(), { outcome: 'cut', cut: { work: ['bullmq mail: 1 in flight'] } })
})

t.test('a timer: the run in flight is finished, the next does not begin, and the wait for it costs nothing', { buffered: true }, async (t) => {
  const { child } = await startService(t, { fixture: 'recipes.js', with: ['timer'] })
  await child.line((line) => line.began === '500')

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { outcome: 'drained', errors: [] })
  t.strictSame(story(child), ['began 500', 'ended 500'])
})

t.test('the recipes in the guide are the ones that are run', async (t) => {
  const read = (file: string): string => readFileSync(join(__dirname, '../..', file), 'utf8')
  const guide = read('docs/workers.md')

  t.strictSame(['bullmq', 'timer'].filter((name) => !guide.includes(read(`examples/recipes/${name}.ts`))), [])
})
