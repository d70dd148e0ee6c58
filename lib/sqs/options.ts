import type { SQSClient } from '@aws-sdk/client-sqs'

import type { SqsBatchHandler, SqsHandler, SqsRetryAfter } from '../../types/sqs'
import type { TimingPlan } from '../../types/index'
import { refuse, wholeNumber, withDefaults } from '../option-checks'
import { minutesOf } from '../options/protect'

/** The options of one queue as everybody behind the door sees them: complete, checked, frozen. */
export interface SqsSettings {
  readonly name: string
  readonly queueUrl: string
  /** Whether the queue keeps an order within its groups. A message group means nothing of the kind elsewhere. */
  readonly fifo: boolean
  readonly client?: SQSClient
  readonly handler?: SqsHandler
  readonly batchHandler?: SqsBatchHandler
  readonly concurrency: number
  readonly waitTimeSeconds: number
  readonly visibilityTimeoutSeconds: number
  readonly retryAfterSeconds?: SqsRetryAfter
  /** For how long ECS is asked to spare the task that holds messages; undefined if not at all. */
  readonly protectMinutes?: number
}

interface Row {
  readonly least: number
  readonly most: number
  readonly default: number
}

/** Bounds and defaults: the check, the message and the table in docs/workers.md read these rows. */
export const rows = {
  concurrency: { least: 1, most: 1_000, default: 10 },
  waitTimeSeconds: { least: 1, most: 20, default: 5 },
  visibilityTimeoutSeconds: { least: 2, most: 43_200, default: 30 }
} as const satisfies Record<string, Row>

/** How long SQS may be asked to hide a message, and how long it may be hidden in all after a receive. */
export const LONGEST_HOLD_SECONDS = 43_200

/** What a last poll brings must be handed back before the force point too. */
const HANDING_BACK = 1_000

const noOptions = {
  name: undefined,
  queueUrl: undefined,
  handler: undefined,
  batchHandler: undefined,
  client: undefined,
  concurrency: rows.concurrency.default,
  waitTimeSeconds: rows.waitTimeSeconds.default,
  visibilityTimeoutSeconds: rows.visibilityTimeoutSeconds.default,
  retryAfterSeconds: undefined,
  protect: false
}

/** Reads the options of one queue, once. Throws for the first that does not fit; the caller's object is not touched. */
export function readSqsOptions (given: unknown, plan: TimingPlan): SqsSettings {
  const options = withDefaults('sqs', given, noOptions)
  const name = nameOf(options.name)
  const path = `sqs.${name}`
  const queueUrl = url(`${path}.queueUrl`, options.queueUrl)
  const number = (key: keyof typeof rows): number => wholeNumber(`${path}.${key}`, options[key], rows[key].least, rows[key].most)
  return Object.freeze({
    name,
    queueUrl,
    fifo: queueUrl.endsWith('.fifo'),
    client: client(`${path}.client`, options.client),
    ...handlers(path, options),
    concurrency: number('concurrency'),
    waitTimeSeconds: inTime(`${path}.waitTimeSeconds`, number('waitTimeSeconds'), plan),
    visibilityTimeoutSeconds: number('visibilityTimeoutSeconds'),
    retryAfterSeconds: retryAfter(`${path}.retryAfterSeconds`, options.retryAfterSeconds),
    protectMinutes: minutesOf(`${path}.protect`, options.protect)
  })
}

/** From the signal to the force point, in milliseconds. */
export function timeToForcePoint ({ stopTimeout, safetyMargin, closeTimeout }: TimingPlan): number {
  return stopTimeout - safetyMargin - closeTimeout
}

function nameOf (value: unknown): string {
  if (typeof value === 'string' && /^[\w.-]{1,80}$/.test(value)) return value
  refuse('sqs.name', '1 to 80 of A-Z a-z 0-9 . - _', value)
}

function url (name: string, value: unknown): string {
  if (typeof value === 'string' && /^https?:\/\/\S+$/.test(value)) return value
  refuse(name, 'the URL of a queue, https://…', value)
}

function client (name: string, value: unknown): SQSClient | undefined {
  if (value === undefined || typeof (value as SQSClient | null)?.send === 'function') return value as SQSClient | undefined
  refuse(name, 'an SQSClient', value)
}

function handlers (path: string, { handler, batchHandler }: { handler: unknown, batchHandler: unknown }): Pick<SqsSettings, 'handler' | 'batchHandler'> {
  for (const [key, value] of Object.entries({ handler, batchHandler })) {
    if (value !== undefined && typeof value !== 'function') refuse(`${path}.${key}`, 'a function', value)
  }
  if (handler === undefined && batchHandler === undefined) refuse(`${path}.handler`, 'a function, unless there is a batchHandler', handler)
  if (handler !== undefined && batchHandler !== undefined) refuse(`${path}.batchHandler`, 'undefined where there is a handler', batchHandler)
  return { handler: handler as SqsHandler | undefined, batchHandler: batchHandler as SqsBatchHandler | undefined }
}

/** A poll is never aborted, so it must fit. */
function inTime (name: string, value: number, plan: TimingPlan): number {
  const most = Math.floor((timeToForcePoint(plan) - HANDING_BACK) / 1_000)
  if (value <= most) return value
  refuse(name, `at most ${most}, so that the last poll, and handing back what it brings, fit the ${timeToForcePoint(plan)} ms before the force point`,
    value, ': poll for a shorter time, or raise stopTimeout here and in the task definition')
}

function retryAfter (name: string, value: unknown): SqsRetryAfter | undefined {
  if (value === undefined || typeof value === 'function') return value as SqsRetryAfter | undefined
  return wholeNumber(name, value, 0, LONGEST_HOLD_SECONDS)
}
