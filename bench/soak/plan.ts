import type { Order } from '../../types/rehearsal'
import { seeded, within, type Random } from '../../lib/rehearsal/random'

/** What befalls a deployment; each at instants, and on tasks, that the seed draws. */
export const kinds = [
  'nothing', 'task-killed', 'worker-killed', 'postgres-stalled', 'postgres-silent', 'redis-gone', 'loop-blocked', 'second-sigterm', 'stop-task'
] as const
export type Kind = typeof kinds[number]

export const orders = ['deregister-first', 'together', 'signal-first', 'health-only'] as const satisfies readonly Order[]

/** Durations in milliseconds. */
export interface Fault {
  readonly kind: Kind
  /** Before the deployment, or else `after` the signal of the task concerned. */
  readonly before: boolean
  readonly after: number
  readonly lasts: number
  /** From 0 up to 1: which of the tasks. */
  readonly which: number
}

export interface Round {
  /** From 1. */
  readonly number: number
  readonly order: Order
  readonly fault: Fault
}

/** A drain takes 5 s at least, so that what begins within these falls into it. */
const AFTER = [0, 3_000] as const
/** A stall or a blocked loop. Less than the safety margin and the grace period leave, and more than health checks wait. */
const LASTS = [1_000, 5_000] as const

/** What is done in one deployment of a soak. The same for the same seed, number and kinds. */
export function drawRound (seed: number, number: number, among: readonly Kind[] = kinds): Round {
  const random = seeded(seed, `round ${number}`)
  return {
    number,
    order: dealt(orders, seed, 'orders', number),
    fault: {
      kind: dealt(among, seed, 'faults', number),
      before: random() < 0.5,
      after: Math.round(within(random, AFTER)),
      lasts: Math.round(within(random, LASTS)),
      which: random()
    }
  }
}

/** Card `number` (from 1) of a pack that is shuffled anew whenever it has been dealt: each comes as often as the others. */
function dealt<T> (pack: readonly T[], seed: number, name: string, number: number): T {
  const pass = Math.floor((number - 1) / pack.length)
  return shuffled(pack, seeded(seed, `${name} ${pass}`))[(number - 1) % pack.length]!
}

function shuffled<T> (items: readonly T[], random: Random): T[] {
  const left = [...items]
  return items.map(() => left.splice(Math.floor(random() * left.length), 1)[0]!)
}
