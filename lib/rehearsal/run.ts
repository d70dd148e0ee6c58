import timers from 'node:timers/promises'

import type { Order, RehearsalEvent, RehearsalSettings, RunResult, ServerRecord, WorkResult } from '../../types/rehearsal'
import { errors } from '../errors'
import { aborted } from './aborted'
import { BalancerProcess } from './alb/index'
import { balancerOptions } from './balancer-options'
import { deploy } from './ecs/deployment'
import { duplicates, isLost, join } from './ledger/index'
import { LoadProcess, type ClientRecord } from './load/index'
import { Machine, type Copy, type MachineOptions } from './machine'
import { monotonic, since } from './monotonic'
import { Probes } from './probes'
import { seeded } from './random'
import { Agent, freePorts } from './task/index'
import { cameBack } from './verdict/index'
import { Unbalanced, workResult, type Published } from './work/index'

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
/** How long work may: what somebody stranded comes back when its visibility timeout is over, 30 s unless the queue says otherwise. */
const WORK = 60_000

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
    let tasks = 0
    const common = { agent, nextPort: await freePorts(), nextTask: () => ++tasks, seed, now, signal: until, onEvent }
    const machine = new Machine({ ...common, settings, env, targets: balancer, balanced: true, probes })
    const workers = settings.workers && workerMachine(common, settings, env, balancer)
    const machines = [machine, ...workers ? [workers] : []]
    const kill = (): void => { for (const each of machines) each.kill() }
    process.once('exit', kill) // somebody may end this process in the midst of it
    closing.push(() => process.off('exit', kill), ...machines.map((each) => () => each.close()))
    for (const text of balancer.notes) onEvent({ type: 'note', text })
    load.onStatus = (status) => onEvent({ type: 'load', ...status })

    const performed = perform(settings, { machine, workers }, load, until)
    const failed = [balancer, load, ...machines].map(({ failed }) => failed)
    const { records, lateness } = await Promise.race([performed, ...failed, aborted(until, over.signal)])

    const work = workers && await afterWork(workers, published(settings, records), until)
    const forwards = await balancer.ledger()
    const effects = new Set(settings.routes.filter(({ effect }) => effect).map(({ name }) => name!))
    await afterEffects(() => machine.ledger, records.filter(({ route, expected }) => expected && effects.has(route)), until)
    const requests = join({ client: records, balancer: forwards, server: machine.ledger, tasks: machine.records, effects })
    const interesting = new Set(requests.filter((request) => isLost(request)).map(({ id }) => id))
    return {
      seed,
      duration: now(),
      requests,
      forwards: forwards.filter(({ id }) => interesting.has(id)),
      tasks: machines.flatMap(({ records }) => records),
      health: balancer.health,
      serverLedger: machine.ledger.length > 0,
      duplicates: duplicates(machine.ledger),
      ...work ? { work } : {},
      cameBack: cameBack(forwards),
      lateness
    }
  } finally {
    over.abort(new Error('the run is over'))
    await Promise.allSettled(closing.reverse().map(async (close) => await close()))
  }
}

/** A second fleet, of workers. */
function workerMachine (
  common: Omit<MachineOptions, 'settings' | 'env' | 'targets' | 'balanced'>, settings: RehearsalSettings, env: Readonly<Record<string, string>>, balancer: BalancerProcess
): Machine {
  const { command, env: own } = settings.workers!
  const targets = new Unbalanced(settings.healthPath, (group) => balancer.guard(group))
  return new Machine({ ...common, settings: { ...settings, command }, env: { ...env, ...own }, targets, balanced: false })
}

interface Machines {
  readonly machine: Machine
  readonly workers?: Machine
}

async function perform (settings: RehearsalSettings, { machine, workers }: Machines, load: LoadProcess, signal: AbortSignal): ReturnType<LoadProcess['finish']> {
  const started = async (stage: Machine | undefined, tasks: number): Promise<Copy[]> =>
    stage ? await Promise.all(Array.from({ length: tasks }, () => stage.start())) : []
  const workerCount = settings.workers?.tasks ?? 0
  let [fleet, crew] = await Promise.all([started(machine, settings.tasks), started(workers, workerCount)])
  const problems = await load.rehearse()
  if (problems.length > 0) {
    const lines = ['before any stop, not all routes are answered as expected:', ...problems.map((problem) => `  ${problem}`), 'Say what your users ask for: --path, or routes in ecs-rehearsal.json.']
    throw new errors.RehearsalImpossible(lines.join('\n'))
  }

  load.begin()
  const deployed = async (stage: Machine | undefined, old: Copy[], order: Order): Promise<Copy[]> => {
    if (!stage) return old
    stage.deployment++
    return await deploy(stage, { ...settings, desired: old.length }, old, order)
  }
  await timers.setTimeout(settings.deployments > 0 ? MARGIN : WITHOUT_STOPS, undefined, { signal })
  for (let round = 0; round < settings.deployments; round++) {
    for (const order of settings.order) {
      [fleet, crew] = await Promise.all([deployed(machine, fleet, order), deployed(workers, crew, order)])
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

function published ({ routes }: RehearsalSettings, records: readonly ClientRecord[]): Published[] {
  const work = new Set(routes.filter(({ work }) => work).map(({ name }) => name!))
  return records.filter(({ route, expected, whole }) => expected && whole && work.has(route)).map(({ id, ended }) => ({ id, at: ended }))
}

/** Work goes on after the last request: resolves once all of it is done, or its time is up. */
async function afterWork (workers: Machine, published: readonly Published[], signal: AbortSignal): Promise<WorkResult> {
  for (let waited = 0; ; waited += LOOK) {
    const result = workResult(published, workers.ledger)
    if (result.lost.length === 0 || waited >= WORK) return result
    await timers.setTimeout(LOOK, undefined, { signal })
  }
}
