import timers from 'node:timers/promises'

import { unfulfilled } from '../../examples/worker/unfulfilled'
import type { Copy } from '../../lib/rehearsal/machine'
import { seeded } from '../../lib/rehearsal/random'
import { Books, type Account, type RoundResult } from './books'
import { measureCycles, type Cycles } from './cycles'
import type { Fleet } from './faults'
import { perform } from './perform'
import { drawRound, type Round } from './plan'
import { Scene, type Generation } from './scene'
import type { SoakSettings } from './settings'
import { judge, type Verdict } from './verdict'
import { growth, type Growth } from './veterans'
import { WebSocketClients } from './web-sockets'

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
  let load = await scene.load()
  load.begin()
  const clients = new WebSocketClients({ ports: scene.balancer.ports, count: settings.webSockets, random: seeded(settings.seed, 'web sockets'), now, signal })
  const books = new Books(scene, veterans, clients)
  books.open(fleet)
  onNote(`${fleet.checkouts.length} checkouts, ${fleet.workers.length} workers and ${veterans.checkouts.length} veterans run`)

  const rounds: RoundResult[] = []
  const until = now() + settings.minutes * 60_000
  for (let number = 1; number <= settings.deployments && now() < until; number++) {
    const since = now()
    const round = drawRound(settings.seed, number, settings.faults)
    const performed = await perform(round, { scene, fleet, veterans, load, deeds: books.deeds })
    fleet = performed.fleet
    books.open(fleet)

    const next = await scene.load() // everything is answered as before
    if (number < settings.deployments) next.begin()
    const finished = await load.finish()
    await load.close()
    load = next
    const account = await books.account(finished)
    rounds.push({ ...round, struck: performed.struck && isHeard(round, account, settings), seconds: (now() - since) / 1_000, ...account })
    onRound(rounds.at(-1)!)
    books.forgetAllBut(fleet)
  }
  await clients.close()
  await load.finish()
  return { rounds, work: { published: books.published.length, unfulfilled: await leftUndone(scene, books.published) } }
}

/** Whether somebody says that the second SIGTERM came; those without the plugin say nothing. */
function isHeard ({ fault }: Round, { ended }: Account, { naive }: SoakSettings): boolean {
  return naive || fault.kind !== 'second-sigterm' || ended.some(({ said }) => said !== undefined && said.repeatedSignals > 0)
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

/** Orders that were answered, and are not fulfilled exactly once when their time is over. */
async function leftUndone (scene: Scene, published: readonly string[]): Promise<string[]> {
  for (let waited = 0; ; waited += LOOK) {
    const left = await unfulfilled(scene.db, published)
    if (left.length === 0 || waited >= WORK) return left
    await timers.setTimeout(LOOK, undefined, { signal: scene.signal })
  }
}
