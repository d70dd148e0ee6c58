import timers from 'node:timers/promises'

import { unfulfilled } from '../../examples/worker/unfulfilled'
import { planTimings } from '../../lib/core/timing-plan'
import type { Copy } from '../../lib/rehearsal/machine'
import { seeded } from '../../lib/rehearsal/random'
import { accountRequests, accountWebSockets, type RequestsAccount, type WebSocketsAccount } from './account'
import type { Deed } from './causes'
import { measureCycles, type Cycles } from './cycles'
import type { Fleet } from './faults'
import { Ledgers } from './ledgers'
import { perform } from './perform'
import { drawRound, type Round } from './plan'
import { Scene, type Generation } from './scene'
import type { SoakSettings } from './settings'
import { judgeEnd, type Ended, type Said } from './stops'
import { judge, type Verdict } from './verdict'
import { figuresOf, growth, type Growth, type Sample } from './veterans'
import { WebSocketClients } from './web-sockets'
import { isExcused, Work } from './work'

/** One deployment, and what became of everything meanwhile. */
export interface RoundResult extends Round {
  /** Whether the fault took hold. */
  readonly struck: boolean
  readonly seconds: number
  readonly requests: RequestsAccount
  readonly webSockets: WebSocketsAccount
  readonly ended: readonly Ended[]
  /** Pieces of work that were begun again, though nobody had handed them back: by workers that were killed, and by others. */
  readonly begunAgain: { readonly killed: number, readonly unexcused: readonly string[] }
  readonly veterans: readonly Sample[]
}

export interface SoakResult extends Verdict {
  readonly version: 1
  readonly settings: SoakSettings
  readonly rounds: readonly RoundResult[]
  readonly work: { readonly published: number, readonly unfulfilled: readonly string[] }
  /** Of the two tasks that lived through everything, by what is measured; null without them. */
  readonly veterans: readonly Growth[] | null
  readonly cycles: Cycles | null
}

/** How long work that nobody has done yet is waited for: what a killed worker had comes back after its visibility timeout, 30 s. */
const WORK = 60_000
const LOOK = 500

export interface Watching {
  readonly signal: AbortSignal
  onRound (round: RoundResult): void
  onNote (text: string): void
}

/** Deploys the checkout and its warehouse again and again under load, with a fault each time, and holds what became of it against the promises. */
export async function soak (settings: SoakSettings, { signal, onRound, onNote }: Watching): Promise<SoakResult> {
  const scene = await Scene.start(settings, signal)
  try {
    const { rounds, work } = await Promise.race([deployments(scene, onRound, onNote), scene.failed])
    await scene.close() // cycles are measured on a machine that does nothing else
    const samples = rounds.map(({ veterans }) => veterans)
    const measured = settings.memory && !settings.naive
    if (measured) onNote('registering and closing the plugin again and again')
    const cycles = measured ? await measureCycles(signal) : null
    const veterans = measured ? growth(samples) : null
    return { version: 1, ...judge({ settings, rounds, work, veterans, cycles }), settings, rounds, work, veterans, cycles }
  } finally {
    await scene.close()
  }
}

async function deployments (scene: Scene, onRound: Watching['onRound'], onNote: Watching['onNote']): Promise<Pick<SoakResult, 'rounds' | 'work'>> {
  const { settings, signal, now } = scene
  const veterans = await startVeterans(scene)
  let fleet = await startFleet(scene)
  const ledgers = new Ledgers(scene.balancer)
  const work = new Work()
  const deeds: Deed[] = []
  const copies: Copy[] = [...veterans.checkouts, ...fleet.checkouts]
  const workers: Copy[] = [...fleet.workers]
  const judged = new Set<number>()
  const published: string[] = []
  const rounds: RoundResult[] = []
  const forcePoint = forcePointOf(settings)

  let load = await scene.load()
  load.begin()
  const clients = new WebSocketClients({ ports: scene.balancer.ports, count: settings.webSockets, random: seeded(settings.seed, 'web sockets'), now, signal })
  const until = now() + settings.minutes * 60_000
  onNote(`${fleet.checkouts.length} checkouts, ${fleet.workers.length} workers and ${veterans.checkouts.length} veterans run`)

  for (let number = 1; number <= settings.deployments && now() < until; number++) {
    const since = now()
    const round = drawRound(settings.seed, number, settings.faults)
    const performed = await perform(round, { scene, fleet, veterans, load, deeds })
    fleet = performed.fleet
    copies.push(...fleet.checkouts)
    workers.push(...fleet.workers)

    const next = await scene.load()
    next.begin()
    const finished = await load.finish()
    await load.close()
    load = next

    const ended = scene.records.filter(({ task, stop, died }) => !judged.has(task) && (died !== undefined || stop?.exited !== undefined))
      .map((record) => judgeEnd(record, scene.reportOf(record.task) as Said | undefined, deeds, !settings.naive))
    for (const { task } of ended) judged.add(task)
    const requests = await accountRequests(finished, { scene, ledgers, copies, tasks: scene.records, deeds, ended, forcePoint })
    published.push(...requests.answeredOrders)
    const sessions = clients.take()
    const webSockets = accountWebSockets(sessions, ledgers.take(sessions.map(({ id }) => id)).forwards, deeds)
    work.read(workers)
    const again = work.takeAgain()
    const excused = again.filter((each) => isExcused(each, deeds))
    rounds.push({
      ...round,
      struck: performed.struck,
      seconds: (now() - since) / 1_000,
      requests,
      webSockets,
      ended,
      begunAgain: { killed: excused.length, unexcused: again.filter((each) => !excused.includes(each)).map(({ id }) => id) },
      veterans: await Promise.all(veterans.checkouts.map((copy) => figuresOf(scene.portOf(copy), now() / 60_000)))
    })
    onRound(rounds.at(-1)!)
    forget(copies, fleet.checkouts, veterans.checkouts)
    forget(workers, fleet.workers)
  }
  await clients.close()
  await load.finish()
  return { rounds, work: { published: published.length, unfulfilled: await leftUndone(scene, published) } }
}

/** Two checkouts that are never replaced, on the same wires: with the plugin and, as a control, without. */
async function startVeterans (scene: Scene): Promise<Fleet> {
  const { memory, naive } = scene.settings
  const own = await scene.generation({ graceful: !naive })
  const control = await scene.generation({ graceful: false, links: own.links })
  const checkouts = memory ? await Promise.all([own, control].map(({ checkouts }) => checkouts.start())) : []
  return { links: own.links, checkouts, workers: [] }
}

async function startFleet (scene: Scene): Promise<Fleet> {
  const { links, checkouts, workers } = await scene.generation({ graceful: !scene.settings.naive })
  const started = async (machine: Generation['checkouts']): Promise<Copy[]> =>
    await Promise.all(Array.from({ length: scene.settings.tasks }, () => machine.start()))
  const [first, second] = await Promise.all([started(checkouts), started(workers)])
  return { links, checkouts: first, workers: second }
}

/** What has gone, and been accounted for, is not read again. */
function forget (copies: Copy[], ...alive: ReadonlyArray<readonly Copy[]>): void {
  copies.splice(0, copies.length, ...alive.flat())
}

/** Orders that were answered, and are not fulfilled exactly once when their time is over. */
async function leftUndone (scene: Scene, published: readonly string[]): Promise<string[]> {
  for (let waited = 0; ; waited += LOOK) {
    const left = await unfulfilled(scene.db, published)
    if (left.length === 0 || waited >= WORK) return left
    await timers.setTimeout(LOOK, undefined, { signal: scene.signal })
  }
}

function forcePointOf ({ stopTimeout }: SoakSettings): number {
  const planned = planTimings({ options: { stopTimeout: stopTimeout * 1_000 } })
  if (!('plan' in planned)) throw new Error(`a stop timeout of ${stopTimeout} s leaves no room for a drain`)
  const { safetyMargin, closeTimeout } = planned.plan
  return stopTimeout * 1_000 - safetyMargin - closeTimeout
}
