import type { Message } from '@aws-sdk/client-sqs'

import type { SqsRetryAfter } from '../../types/sqs'
import { wholeNumber } from '../option-checks'
import type { QueueLog } from './log'
import { LONGEST_HOLD_SECONDS } from './options'

/** In how many seconds a failed message is to come again; undefined where its visibility is left as it is. */
export function retryAfter (given: SqsRetryAfter | undefined, message: Message, error: unknown, log: QueueLog): number | undefined {
  if (typeof given !== 'function') return given
  try {
    return wholeNumber('retryAfterSeconds()', given(message, error), 0, LONGEST_HOLD_SECONDS)
  } catch (error) {
    log.badRetry(message, error)
  }
}
