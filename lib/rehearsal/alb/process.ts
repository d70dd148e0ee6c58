// The balancer's own process: does what its parent calls for, and ends when the parent lets go of it or is gone.
import { Balancer } from './balancer'
import type { Call, Calls, Said } from './messages'

/** How often records are handed over, in milliseconds: a crash loses no more than that. */
const BATCH = 200

let balancer: Balancer | undefined
/** Of the parent's services. */
const groups = new Set<number>()

const calls: Calls = {
  async start (options) {
    balancer = await Balancer.create(options, {
      onHealth: (record) => say({ type: 'health', record }),
      onLookedAway: (task, node, at) => say({ type: 'looked-away', task, node, at }),
      onCrossing: (task, node) => say({ type: 'crossing', task, node })
    })
    return { ports: await balancer.listen(), addresses: balancer.addresses, notes: balancer.notes }
  },
  register: (task, port) => balancer?.register(task, port),
  deregister: (task) => balancer?.deregister(task),
  stopping: (task) => balancer?.stopping(task),
  release: (task) => balancer?.release(task),
  guard: (group) => { groups.add(group) },
  dispatched: async (id) => await balancer?.ledger.dispatched(id),
  flush
}

const batches = setInterval(flush, BATCH)

process.on('message', ({ call, name, args }: Call) => {
  const called = async (): Promise<unknown> => await (calls[name] as (...args: readonly unknown[]) => unknown)(...args)
  called().then(
    (value) => say({ type: 'reply', call, value }),
    (error: Error) => say({ type: 'reply', call, error: error.message })
  )
})

process.on('disconnect', () => {
  clearInterval(batches)
  balancer?.close()
  for (const group of groups) {
    try {
      process.kill(-group, 'SIGKILL')
    } catch {
      // it has gone, as it should have
    }
  }
})

// Ctrl-C reaches the whole group; when this process ends is for the parent to say.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})

function flush (): void {
  const records = balancer?.ledger.take() ?? []
  if (records.length > 0) say({ type: 'forwards', records })
}

function say (said: Said): void {
  if (process.connected) process.send!(said, () => {}) // the parent may be gone: then nobody is to be told
}
