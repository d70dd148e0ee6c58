import t, { type Test } from 'tap'

import { rehearse, type RehearsalOptions, type RehearsalResult } from '../../../lib/rehearsal/index'
import { node } from '../task/helpers'
import { queue } from './queue'

t.jobs = 2

/** A service that puts each request's id into the queue. */
const publisher = (url: string): [string, ...string[]] => node(`
  require('node:http').createServer(async ({ url, headers }, response) => {
    if (url === '/work') await fetch('${url}/put?id=' + headers['x-rehearsal-id'])
    response.end('ok')
  }).listen(process.env.PORT, '127.0.0.1')
  process.on('SIGTERM', () => setTimeout(() => process.exit(0), 2500))`)

/** A worker that takes one piece after the other, and does \`atSignal\` when it is told to stop. */
const worker = (url: string, atSignal: string, takes: number): [string, ...string[]] => node(`
  const note = (id, event) => require('node:fs').writeSync(Number(process.env.ECS_REHEARSAL_LEDGER_FD), JSON.stringify({ id, event }) + '\\n')
  const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  const server = require('node:http').createServer((request, response) => response.end('ok')).listen(process.env.PORT, '127.0.0.1')
  let stopping = false
  process.on('SIGTERM', () => { stopping = true; ${atSignal} })
  ;(async () => {
    while (!stopping) {
      const id = await (await fetch('${url}/take')).text()
      if (id === '') { await wait(20); continue }
      note(id, 'received')
      if (stopping) { await fetch('${url}/back?id=' + id); note(id, 'handed-back'); break }
      note(id, 'start')
      await wait(${takes})
      note(id, 'effect')
      await fetch('${url}/done?id=' + id)
      note(id, 'end')
    }
    process.exit(0)
  })()`)

async function held (t: Test, atSignal: string, visibility: number, takes = 150): Promise<RehearsalResult> {
  const url = await queue(t, visibility)
  const options: RehearsalOptions = {
    command: publisher(url),
    workers: { command: worker(url, atSignal, takes), tasks: 3 },
    routes: [{ name: 'work', path: '/work', work: true }],
    order: 'together',
    lag: 'ideal',
    tasks: 1,
    rate: 10,
    probes: false
  }
  return await rehearse(options)
}

t.test('a fleet of workers is deployed with the first, and its work is counted', { buffered: true }, async (t) => {
  const { runs: [run] } = await held(t, '', 30_000)

  t.ok(run!.work!.published > 10)
  t.match(run!.work, { done: run!.work!.published, lost: [], duplicated: [], startedTwice: [], stranded: [], outOfOrder: [] })
  const workers = run!.tasks.filter(({ worker }) => worker)
  t.equal(workers.length, 6)
  t.match(workers.flatMap(({ stop }) => stop ?? []), Array(3).fill({ order: 'together', exitCode: 0, deregistered: undefined }))
  t.equal(new Set(run!.tasks.map(({ task }) => task)).size, 8)
})

t.test('workers that leave at the signal, whatever they hold, are found out', { buffered: true }, async (t) => {
  const { verdict, reasons, runs } = await held(t, 'process.exit(0)', 1_000, 280) // nearly all are at work at any time

  t.not(verdict, 'PASS')
  t.ok(runs[0]!.work!.startedTwice.length > 0)
  t.match(reasons.join(), /begun again though nobody had given (it|them) back/)
})
