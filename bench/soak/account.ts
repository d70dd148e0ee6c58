import timers from 'node:timers/promises'

import { exactlyOnce } from '../../examples/checkout/exactly-once'
import { orders } from '../../examples/checkout/workload'
import { duplicates, isLost, join } from '../../lib/rehearsal/ledger/index'
import type { LoadResult } from '../../lib/rehearsal/load/index'
import type { Copy } from '../../lib/rehearsal/machine'
import type { ForwardRecord, Lateness, RequestRecord, TaskRecord } from '../../types/rehearsal'
import { causeOf, DELAY_OVER, type Cause, type Deed } from './causes'
import type { Ledgers } from './ledgers'
import { effects, type Scene } from './scene'
import type { Ended } from './stops'
import type { Session } from './web-sockets'

/** One loss, with what a person needs to find it. */
export interface Loss extends Pick<RequestRecord, 'id' | 'route' | 'probe' | 'class' | 'cause' | 'task' | 'planned' | 'ended'> {
  readonly why: Cause
}

export interface RequestsAccount {
  readonly sent: number
  readonly lost: Readonly<Partial<Record<Cause, number>>>
  /** Those that nothing excuses. */
  readonly unexcused: readonly Loss[]
  /** Begun or done more than once. */
  readonly twice: readonly string[]
  readonly lateness: Lateness
  /** Orders in PostgreSQL other than they were answered, each in a sentence. */
  readonly broken: readonly string[]
  readonly answeredOrders: readonly string[]
}

export interface WebSocketsAccount {
  readonly sessions: number
  /** By 1012. */
  readonly told: number
  /** Cut untold, by whose doing: a task that was killed, or the balancer at the end of the deregistration delay. */
  readonly cut: { readonly killed: number, readonly balancer: number }
  /** Cut, or refused, and nothing excuses it; each in a sentence. */
  readonly unexcused: readonly string[]
}

/** How long what was accepted may take to be seen in a ledger, and how often that is looked at. */
const EFFECTS = 10_000
const LOOK = 100

interface Facts {
  readonly scene: Scene
  readonly ledgers: Ledgers
  readonly copies: readonly Copy[]
  readonly tasks: readonly TaskRecord[]
  readonly deeds: readonly Deed[]
  /** How the tasks ended that have done so. */
  readonly ended: readonly Ended[]
  /** From the signal to the force point, in milliseconds. */
  readonly forcePoint: number
}

/** What became of the requests of one load. */
export async function accountRequests (
  { records, lateness }: LoadResult, { scene, ledgers, copies, tasks, deeds, ended, forcePoint }: Facts
): Promise<RequestsAccount> {
  await ledgers.read(copies)
  const accepted = records.filter(({ route, expected }) => expected && effects.has(route))
  for (let waited = 0; waited < EFFECTS && !accepted.every(({ id }) => ledgers.hasEffect(id)); waited += LOOK) {
    await timers.setTimeout(LOOK, undefined, { signal: scene.signal })
    ledgers.readServers(copies)
  }

  const { forwards, server } = ledgers.take(records.map(({ id }) => id))
  const requests = join({ client: records, balancer: forwards, server, tasks, effects })
  const byId = new Map(forwards.map((forward) => [forward.id, forward]))
  const signals = new Map(tasks.map(({ task, stop }) => [task, stop?.signalled]))
  const lost = requests.filter(isLost).map((request): Loss => {
    const signalled = signals.get(request.task ?? 0)
    const why = causeOf(request, byId.get(request.id), deeds, signalled === undefined ? undefined : signalled + forcePoint)
    const { id, route, probe, class: kind, cause, task, planned } = request
    return { id, route, probe, class: kind, cause, task, planned, ended: request.ended, why }
  })
  const held = heldAgainstReports(lost, ended)
  const { answered, unanswered } = orders(requests)
  const { missing, duplicated, brokenLines } = await exactlyOnce(scene.db, answered, unanswered)
  return {
    sent: requests.length,
    lost: counted(held.map(({ why }) => why)),
    unexcused: held.filter(({ why }) => why === 'promised'),
    twice: duplicates(server),
    lateness,
    broken: [
      ...missing.map((id) => `order ${id} was answered, but is not there`),
      ...duplicated.map((id) => `order ${id} is there more than once`),
      ...brokenLines.map((id) => `order ${id} has not all of its lines`)
    ],
    answeredOrders: answered
  }
}

/** A task that cut requests has named as many, or they are not excused. */
export function heldAgainstReports (losses: readonly Loss[], ended: readonly Ended[]): Loss[] {
  const named = new Map(ended.map(({ task, said }) => [task, said ? said.cut.requests.length + said.cut.unnamed : 0]))
  return losses.map((loss) => {
    if (loss.why !== 'named') return loss
    const left = named.get(loss.task!) ?? 0
    named.set(loss.task!, left - 1)
    return left > 0 ? loss : { ...loss, why: 'promised' as const }
  })
}

/** What became of connections that have ended. Pure. */
export function accountWebSockets (sessions: readonly Session[], forwards: readonly ForwardRecord[], deeds: readonly Deed[]): WebSocketsAccount {
  const byId = new Map(forwards.map((forward) => [forward.id, forward]))
  const killed: Session[] = []
  const balancer: Session[] = []
  const unexcused: string[] = []
  const untold = sessions.filter(({ own, code, opened }) => !own && (code !== 1012 || opened === undefined))
  for (const session of untold) {
    const forward = byId.get(session.id)
    if (deeds.some(({ task, kind, from }) => kind === 'killed' && task === forward?.task && session.ended >= from)) killed.push(session)
    else if (forward?.cause === DELAY_OVER) balancer.push(session)
    else unexcused.push(sentence(session, forward))
  }
  const told = sessions.filter(({ own, code, opened }) => !own && code === 1012 && opened !== undefined).length
  return { sessions: sessions.length, told, cut: { killed: killed.length, balancer: balancer.length }, unexcused }
}

function sentence ({ opened, code, problem, ended }: Session, forward: ForwardRecord | undefined): string {
  const whose = forward?.task === undefined ? 'of no task' : `of task ${forward.task}`
  const how = opened === undefined ? `was refused (${problem ?? code})` : `was cut with ${code}`
  return `a WebSocket ${whose} ${how} after ${(ended / 1_000).toFixed(1)} s${forward?.cause ? `: ${forward.cause}` : ''}`
}

export function counted<T extends string> (items: readonly T[]): Partial<Record<T, number>> {
  const counts: Partial<Record<T, number>> = {}
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1
  return counts
}
