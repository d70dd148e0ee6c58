import type { Clock } from '../core/clock'
import type { QueueCalls } from './calls'
import type { Handle } from './handling'
import type { QueueLog } from './log'
import type { SqsSettings } from './options'

/** What all that is done to the messages of one queue has in common. */
export interface Dealings {
  readonly settings: SqsSettings
  readonly calls: QueueCalls
  readonly clock: Clock
  readonly log: QueueLog
  readonly handle: Handle
  /** How messages have fared. */
  readonly tally: { handled: number, failed: number, handedBack: number }
  /** Called when messages are held no more. */
  over (): void
}
