import type { TimingName, TimingPlan, Timings, TimingSource } from '../../types/index'

/** What the caller knows; everything else is derived. Values must have passed `timingRows` before. */
export interface KnownTimings {
  readonly options: Partial<Timings>
  /** From the variable that the CDK construct sets. */
  readonly environment?: { readonly stopTimeout?: number }
  /** From ECS itself. */
  readonly taskDefinition?: { readonly stopTimeout?: number }
}

/** Why timings cannot be had, with the numbers, so that nobody need parse the sentence. */
export interface BudgetFinding {
  readonly sum: ReadonlyArray<readonly [TimingName, number]>
  readonly needed: number
  readonly stopTimeout: number
  readonly message: string
}

interface Row {
  /** The least that may be given, beside 0 where 0 is allowed. */
  readonly least: number
  readonly zero: boolean
  /** The default in words, for the options table. */
  readonly default: string
}

/** 1 to 99 looks like seconds. */
const LEAST = 100
/** A day. Far above any stop timeout; below what a Node timer can hold. */
export const LONGEST = 86_400_000
/** What every node needs beside threshold × interval + timeout to have found out by 503s: its checks begin when they will, and answers take their time. */
export const NOTICE_SLACK = 1_000
/** Fargate's default, and the ECS agent's. */
export const STOP_TIMEOUT = 30_000

/** The bounds and defaults of all timings: the check, the messages and the README's table read these rows. */
export const timingRows: Readonly<Record<TimingName, Row>> = {
  stopTimeout: {
    least: 2_000,
    zero: false,
    default: '`ECS_GRACEFUL_STOP_TIMEOUT_SECONDS`, else the task definition\'s (with `ecs.describe`), else 30 000'
  },
  drainDelay: { least: LEAST, zero: true, default: '5 000, or a sixth of `stopTimeout` if that is less' },
  quietPeriod: { least: LEAST, zero: true, default: '3 000, at most `drainDelay`' },
  maxDrainDelay: { least: LEAST, zero: true, default: 'all that remains' },
  gracePeriod: { least: LEAST, zero: true, default: 'a quarter of `stopTimeout`, at most 30 000, at most half of what `closeTimeout` and `safetyMargin` leave' },
  closeTimeout: { least: LEAST, zero: false, default: '5 000, or a sixth of `stopTimeout` if that is less' },
  safetyMargin: { least: LEAST, zero: false, default: 'a tenth of `stopTimeout`, 1 000 to 5 000' }
}

/**
 * The arithmetic of a stop, asked by everybody who needs a time: numbers in, a frozen plan or a finding out.
 *
 * A given value is never changed. A derived one follows what is given and is rounded down to whole milliseconds. What
 * remains goes to `maxDrainDelay`, because a request that still arrives when the lame duck ends is lost for certain, while
 * work in flight is perhaps done by then.
 */
export function planTimings (known: KnownTimings): { readonly plan: TimingPlan } | { readonly finding: BudgetFinding } {
  const { options, environment, taskDefinition } = known
  const stopTimeout = options.stopTimeout ?? environment?.stopTimeout ?? taskDefinition?.stopTimeout ?? STOP_TIMEOUT
  const safetyMargin = options.safetyMargin ?? Math.floor(between(1_000, stopTimeout / 10, 5_000))
  const closeTimeout = options.closeTimeout ?? Math.floor(Math.min(5_000, stopTimeout / 6))

  const left = Math.max(0, stopTimeout - closeTimeout - safetyMargin)
  const gracePeriod = options.gracePeriod ?? Math.floor(Math.min(stopTimeout / 4, 30_000, left / 2))

  const drainDelay = options.drainDelay ??
    Math.floor(Math.min(5_000, stopTimeout / 6, options.maxDrainDelay ?? Infinity))
  const quietPeriod = options.quietPeriod ?? Math.min(3_000, drainDelay)
  const maxDrainDelay = options.maxDrainDelay ?? left - gracePeriod

  const timings: Timings = { stopTimeout, drainDelay, quietPeriod, maxDrainDelay, gracePeriod, closeTimeout, safetyMargin }
  const finding = tooLong(timings, options) ?? disorder(timings)
  if (finding) return { finding }

  const source = (name: TimingName): TimingSource => {
    if (options[name] !== undefined) return 'option'
    if (name !== 'stopTimeout') return 'derived'
    if (environment?.stopTimeout !== undefined) return 'environment'
    return taskDefinition?.stopTimeout === undefined ? 'derived' : 'task-definition'
  }
  const names = Object.keys(timingRows) as TimingName[]
  const sources = Object.fromEntries(names.map((name) => [name, source(name)])) as Record<TimingName, TimingSource>
  return { plan: Object.freeze({ ...timings, sources: Object.freeze(sources) }) }
}

function tooLong (timings: Timings, given: Partial<Timings>): BudgetFinding | undefined {
  // What the lame duck needs at least, where its longest is derived from what is left.
  const lameDuck = given.maxDrainDelay === undefined ? 'drainDelay' : 'maxDrainDelay'
  const sum = ([lameDuck, 'gracePeriod', 'closeTimeout', 'safetyMargin'] as const).map((name) => [name, timings[name]] as const)
  const needed = sum.reduce((total, [, duration]) => total + duration, 0)
  const { stopTimeout } = timings
  if (needed <= stopTimeout) return

  const written = sum.map(([name, duration]) => `${name} ${duration}`).join(' + ')
  return {
    sum,
    needed,
    stopTimeout,
    message: `${written} = ${needed} ms, but SIGKILL comes after stopTimeout ${stopTimeout} ms. ` +
      `Either raise stopTimeout to ${needed} or more, in the task definition too (Fargate allows 120 s), ` +
      `or take ${needed - stopTimeout} ms off the others`
  }
}

function disorder (timings: Timings): BudgetFinding | undefined {
  const { quietPeriod, drainDelay, maxDrainDelay, stopTimeout } = timings
  const [short, long] = quietPeriod > drainDelay
    ? ['quietPeriod', 'drainDelay'] as const
    : ['drainDelay', 'maxDrainDelay'] as const
  if (quietPeriod <= drainDelay && drainDelay <= maxDrainDelay) return

  return {
    sum: [[short, timings[short]], [long, timings[long]]],
    needed: timings[short],
    stopTimeout,
    message: `${short} ${timings[short]} ms is longer than ${long} ${timings[long]} ms. Either lower ${short} or raise ${long}`
  }
}

function between (least: number, value: number, most: number): number {
  return Math.min(Math.max(least, value), most)
}
