import { once } from 'node:events'
import timers from 'node:timers/promises'

import { Balancer } from './balancer'
import { Load } from './load'
import { Rollout } from './rollout'
import type { Rehearsal, RehearsalResult } from './types'
import { judge } from './verdict'

/** How long the load goes on before the first deployment and after the last exit. */
const MARGIN = 1_000
/** How often the state of the load is told. */
const TELL = 1_000

/**
 * Runs a service behind a small ALB, deploys it again and again under an open load, and says what a user would have seen.
 *
 * The service is a stranger: it is started by its command, met by HTTP and signals, and killed if it is still there at
 * the end. Rejects if a task does not come up; losing requests is a result.
 */
export async function rehearse (rehearsal: Rehearsal): Promise<RehearsalResult> {
  const began = performance.now()
  const now = (): number => performance.now() - began
  const balancer = new Balancer({
    nodes: rehearsal.nodes,
    healthCheck: rehearsal.healthCheck,
    lag: rehearsal.lag,
    deregistrationDelay: rehearsal.deregistrationDelaySeconds * 1_000,
    seed: rehearsal.seed
  })
  const rollout = new Rollout(rehearsal, balancer, now)
  const load = new Load({ ports: await balancer.listen(), kinds: rehearsal.load, rate: rehearsal.rate, seed: rehearsal.seed, now })
  const enough = new AbortController()
  const over = new AbortController()
  const stop = rehearsal.signal ? AbortSignal.any([rehearsal.signal, enough.signal]) : enough.signal
  const telling = setInterval(() => {
    rehearsal.onEvent?.({ type: 'load', sent: load.sent, answered: load.records.length, lost: load.lost, at: now() })
  }, TELL)

  const perform = async (): Promise<void> => {
    await rollout.start()
    const running = load.run(stop)
    await timers.setTimeout(MARGIN, undefined, { signal: stop })
    for (let deployment = 0; deployment < rehearsal.deployments; deployment++) {
      stop.throwIfAborted()
      await rollout.deploy()
    }
    await timers.setTimeout(MARGIN, undefined, { signal: stop })
    enough.abort()
    await running
  }

  try {
    await Promise.race([aborted(rehearsal.signal, over.signal), perform()])
  } finally {
    enough.abort()
    over.abort()
    clearInterval(telling)
    balancer.close()
    rollout.end()
  }

  const requests = load.records
  const tasks = rollout.records
  return { seed: rehearsal.seed, order: rehearsal.order, requests, tasks, verdict: judge({ requests, tasks }) }
}

/** Rejects, with the reason, when `signal` aborts before `over` does; never resolves. */
async function aborted (signal: AbortSignal | undefined, over: AbortSignal): Promise<never> {
  if (signal && !signal.aborted) await once(signal, 'abort', { signal: over })
  signal?.throwIfAborted()
  return await new Promise(() => {})
}
