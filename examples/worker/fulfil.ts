import timers from 'node:timers/promises'

import type { Message } from '@aws-sdk/client-sqs'

import { note } from '../checkout/ledger'
import type { Queryable } from '../checkout/schema'

/** What the checkout publishes of an order. */
export interface PlacedOrder {
  readonly id: string
  /** Milliseconds that the warehouse takes for it. */
  readonly takes: number
}

/**
 * Fulfils an order once, however often its message comes: the row with the message's id is what counts, and it is written with the
 * work in one statement. Takes its time before that, in place of a real warehouse.
 */
export async function fulfil (db: Queryable, message: Message): Promise<void> {
  const { id, takes } = JSON.parse(message.Body!) as PlacedOrder
  const place = { group: message.Attributes?.MessageGroupId, sequence: message.Attributes?.SequenceNumber }
  note(id, 'start', place)
  try {
    await timers.setTimeout(takes)
    const { rowCount } = await db.query(
      'INSERT INTO fulfilments (message_id, order_id) VALUES ($1, $2) ON CONFLICT (message_id) DO NOTHING', [message.MessageId, id])
    if (rowCount === 1) note(id, 'effect', place)
  } finally {
    note(id, 'end', place)
  }
}
