import { planTimings } from '../../lib/core/timing-plan'
import type { LoadResult } from '../../lib/rehearsal/load/index'
import type { Copy } from '../../lib/rehearsal/machine'
import { accountRequests, accountWebSockets, type RequestsAccount, type WebSocketsAccount } from './account'
import type { Deed } from './causes'
import type { Fleet } from './faults'
import { Ledgers } from './ledgers'
import type { Round } from './plan'
import type { Scene } from './scene'
import { judgeEnd, type Ended, type Said } from './stops'
import { figuresOf, type Sample } from './veterans'
import type { WebSocketClients } from './web-sockets'
import { excuseOf, Work } from './work'

/** What became of everything during one deployment. */
export interface Account {
  readonly requests: RequestsAccount
  readonly webSockets: WebSocketsAccount
  readonly ended: readonly Ended[]
  /** Pieces of work that were begun again, though nobody had handed them back: those that killed workers had, whose handler failed without its PostgreSQL, and others. */
  readonly begunAgain: { readonly killed: number, readonly failed: number, readonly unexcused: readonly string[] }
  readonly veterans: readonly Sample[]
}

export interface RoundResult extends Round, Account {
  /** Whether the fault took hold. */
  readonly struck: boolean
  readonly seconds: number
}

/** All that is written down in a soak, by whomever, until it has been accounted for. */
export class Books {
  /** What was done to tasks. */
  readonly deeds: Deed[] = []
  /** Orders that were answered. */
  readonly published: string[] = []
  readonly #scene: Scene
  readonly #veterans: Fleet
  readonly #clients: WebSocketClients
  readonly #ledgers: Ledgers
  readonly #work = new Work()
  readonly #forcePoint: number
  readonly #judged = new Set<number>()
  #checkouts: Copy[] = []
  #workers: Copy[] = []

  constructor (scene: Scene, veterans: Fleet, clients: WebSocketClients) {
    this.#scene = scene
    this.#veterans = veterans
    this.#clients = clients
    this.#ledgers = new Ledgers(scene.balancer)
    this.#forcePoint = forcePointOf(scene.settings.stopTimeout)
  }

  /** A fleet has been started. */
  open ({ checkouts, workers }: Fleet): void {
    this.#checkouts.push(...checkouts)
    this.#workers.push(...workers)
  }

  /** What was lost, of one load that has been finished, and of all else since the last time; and how the tasks ended that did. */
  async account (load: LoadResult): Promise<Account> {
    const { deeds } = this
    const scene = this.#scene
    const ended = this.#ends()
    const sessions = this.#clients.take() // before the balancer is asked, which must have written them all down
    const requests = await accountRequests(load, {
      scene,
      ledgers: this.#ledgers,
      copies: [...this.#veterans.checkouts, ...this.#checkouts],
      tasks: scene.records,
      deeds,
      ended,
      forcePoint: this.#forcePoint
    })
    this.published.push(...requests.answeredOrders)
    const { forwards } = this.#ledgers.take(sessions.map(({ id }) => id))
    this.#work.read(this.#workers)
    const again = this.#work.takeAgain()
    const excused = (by?: 'killed' | 'failed') => again.filter((each) => excuseOf(each, deeds) === by)
    return {
      requests,
      webSockets: accountWebSockets(sessions, forwards, deeds),
      ended,
      begunAgain: { killed: excused('killed').length, failed: excused('failed').length, unexcused: excused().map(({ id }) => id) },
      veterans: await Promise.all(this.#veterans.checkouts.map((copy) => figuresOf(scene.portOf(copy), scene.now() / 60_000)))
    }
  }

  /** What has gone, and been accounted for, is not read again. */
  forgetAllBut ({ checkouts, workers }: Fleet): void {
    this.#checkouts = [...checkouts]
    this.#workers = [...workers]
  }

  /** Of the tasks that have ended since the last time. */
  #ends (): Ended[] {
    const scene = this.#scene
    const fresh = scene.records.filter(({ task, stop, died }) => !this.#judged.has(task) && (died !== undefined || stop?.exited !== undefined))
    for (const { task } of fresh) this.#judged.add(task)
    return fresh.map((record) => judgeEnd(record, scene.reportOf(record.task) as Said | undefined, this.deeds, !scene.settings.naive))
  }
}

/** From the signal on, in milliseconds. */
function forcePointOf (stopTimeout: number): number {
  const planned = planTimings({ options: { stopTimeout: stopTimeout * 1_000 } })
  if (!('plan' in planned)) throw new Error(`a stop timeout of ${stopTimeout} s leaves no room for a drain`)
  const { safetyMargin, closeTimeout } = planned.plan
  return stopTimeout * 1_000 - safetyMargin - closeTimeout
}
