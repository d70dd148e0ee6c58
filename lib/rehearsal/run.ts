import timers from 'node:timers/promises'

import type { RehearsalEvent, RehearsalSettings, RunResult, ServerRecord } from '../../types/rehearsal'
import { errors } from '../errors'
import { aborted } from './aborted'
import { BalancerProcess } from './alb/index'
import { deploy } from './ecs/deployment'
import { duplicates, isLost, join } from './ledger/index'
import { LoadProcess, type ClientRecord } from './load/index'
import { Machine } from './machine'
import { monotonic, since } from './monotonic'
import { Probes } from './probes'
import { seeded } from './random'
import { Agent, freePorts } from './task/index'
import { cameBack } from './verdict/index'

export interface RunOptions {
  readonly settings: RehearsalSettings
  readonly env: Readonly<Record<string, string>>
  readonly seed: number
  readonly signal?: AbortSignal
  onEvent (event: RehearsalEvent): void
}

/** How long the load goes on before the first stop and after the last exit. */
const MARGIN = 1_000
/** And how long where nothing is to be stopped. */
const WITHOUT_STOPS = 5_000
/** How long what was accepted may take to be done, and how often that is looked at. */
const EFFECTS = 10_000
const LOOK = 250

/** One run: a fleet is started, and deployed in every order under one load. Nothing is left behind, however it ends. */
export async function run ({ settings, env, seed, signal, onEvent }: RunOptions): Promise<RunResult> {
  const epoch = monotonic()
  const now = since(epoch)
  const over = new AbortController()
  const until = signal ? AbortSignal.any([over.signal, signal]) : over.signal
  const closing: Array<() => unknown> = []
  const kept = async <T extends { close (): unknown }>(starting: Promise<T>): Promise<T> => {
    const started = await starting
    closing.push(() => started.close())
    return started
  }

  try {
    signal?.throwIfAborted()
    const agent = await kept(Agent.start({ now }))
    const balancer = await kept(BalancerProcess.start(balancerOptions(settings, epoch, seed)))
    const load = await kept(LoadProcess.start({ epoch, seed, ports: balancer.ports, rate: settings.rate, routes: settings.routes }))
    const probes = settings.probes ? new Probes({ load, balancer, random: seeded(seed, 'probes'), signal: until }) : undefined
    const machine = new Machine({ settings, env, balancer, agent, nextPort: await freePorts(), probes, seed, now, signal: until, onEvent })
    const kill = (): void => machine.kill()
    process.once('exit', kill) // somebody may end this process in the midst of it
    closing.push(() => process.off('exit', kill), () => machine.close())
    for (const text of balancer.notes) onEvent({ type: 'note', text })
    load.onStatus = (status) => onEvent({ type: 'load', ...status })

    const performed = perform(settings, machine, load, until)
    const { records, lateness } = await Promise.race([performed, balancer.failed, load.failed, machine.failed, aborted(until, over.signal)])

    const forwards = await balancer.ledger()
    const effects = new Set(settings.routes.filter(({ effect }) => effect).map(({ name }) => name!))
    await afterEffects(() => machine.ledger, records.filter(({ route, expected }) => expected && effects.has(route)), until)
    const tasks = machine.records
    const requests = join({ client: records, balancer: forwards, server: machine.ledger, tasks, effects })
    const interesting = new Set(requests.filter((request) => isLost(request)).map(({ id }) => id))
    return {
      seed,
      duration: now(),
      requests,
      forwards: forwards.filter(({ id }) => interesting.has(id)),
      tasks,
      health: balancer.health,
      serverLedger: machine.ledger.length > 0,
      duplicates: duplicates(machine.ledger),
      cameBack: cameBack(forwards),
      lateness
    }
  } finally {
    over.abort(new Error('the run is over'))
    await Promise.allSettled(closing.reverse().map(async (close) => await close()))
  }
}

async function perform (settings: RehearsalSettings, machine: Machine, load: LoadProcess, signal: AbortSignal): ReturnType<LoadProcess['finish']> {
  let fleet = await Promise.all(Array.from({ length: settings.tasks }, () => machine.start()))
  const problems = await load.rehearse()
  if (problems.length > 0) throw new errors.RehearsalImpossible(`before any stop, not all routes are answered as expected:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)

  load.begin()
  const capacity = { desired: settings.tasks, ...settings }
  await timers.setTimeout(settings.deployments > 0 ? MARGIN : WITHOUT_STOPS, undefined, { signal })
  for (let round = 0; round < settings.deployments; round++) {
    for (const order of settings.order) {
      machine.deployment++
      fleet = await deploy(machine, capacity, fleet, order)
    }
  }
  await timers.setTimeout(MARGIN, undefined, { signal })
  return await load.finish()
}

/** What was accepted may be done a little later: resolves once the ledger holds the effects of all, or it has had its time. */
async function afterEffects (ledger: () => readonly ServerRecord[], accepted: readonly ClientRecord[], signal: AbortSignal): Promise<void> {
  const done = (): Set<string> => new Set(ledger().filter(({ event }) => event === 'effect').map(({ id }) => id))
  for (let waited = 0; waited < EFFECTS; waited += LOOK) {
    const ids = done()
    if (ids.size === 0 || accepted.every(({ id }) => ids.has(id))) return
    await timers.setTimeout(LOOK, undefined, { signal })
  }
}

function balancerOptions (settings: RehearsalSettings, epoch: number, seed: number): Parameters<typeof BalancerProcess.start>[0] {
  const { nodes, lagSeconds: [least, most], deregistrationDelay, healthCheck, healthPath, checksWhileDraining, oneWayDelay } = settings
  return {
    epoch,
    seed,
    nodes,
    lag: [least * 1_000, most * 1_000],
    deregistrationDelay: deregistrationDelay * 1_000,
    healthCheck: { ...healthCheck, path: healthPath },
    checksWhileDraining,
    oneWayDelay
  }
}
