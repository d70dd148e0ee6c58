// The load's own process: it performs what its parent asks, and ends when its parent is gone.
import type { Ask, Call, Reply } from './messages'
import { OpenLoad } from './open-load'

/** Records in one message. */
const PART = 2_000

let load: OpenLoad | undefined

process.on('message', ({ call, ask }: Call) => {
  perform(ask).then(
    (result) => tell({ type: 'done', call, result }),
    (error: Error) => tell({ type: 'refused', call, problem: error.message })
  )
})
process.on('disconnect', () => load?.end())
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {}) // for the parent to decide

async function perform (ask: Ask): Promise<unknown> {
  if (ask.type === 'start') {
    load = new OpenLoad(ask.options)
    return
  }
  switch (ask.type) {
    case 'rehearse': return await load!.rehearse()
    case 'begin': return load!.begin((status) => tell({ type: 'status', status }))
    case 'probe': return await load!.probe(ask.probe)
    case 'answered': return await load!.answered(ask.id)
    case 'finish': return await finish(load!)
  }
}

async function finish (load: OpenLoad): Promise<unknown> {
  const lateness = await load.finish()
  for (let from = 0; from < load.records.length; from += PART) tell({ type: 'records', records: load.records.slice(from, from + PART) })
  return lateness
}

function tell (reply: Reply): void {
  if (process.connected) process.send!(reply, () => {}) // the parent may be gone: then nobody is to be told
}
