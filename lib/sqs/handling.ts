import type { Message } from '@aws-sdk/client-sqs'
import { inspect } from 'node:util'

import type { SqsBatchHandler, SqsContext, SqsHandler } from '../../types/sqs'

/** Has messages handled. Resolves to those that failed, with why; never rejects. */
export type Handle = (messages: readonly Message[], context: SqsContext) => Promise<ReadonlyMap<Message, unknown>>

/** One message at a time. */
export function oneByOne (handler: SqsHandler): Handle {
  return async (messages, context) => {
    const [message] = messages as [Message]
    try {
      await handler(message, context)
      return new Map()
    } catch (error) {
      return new Map([[message, error]])
    }
  }
}

/** All that one receive brought. A result that cannot be understood fails them all, as with AWS Lambda: nothing is deleted by mistake. */
export function byBatch (batchHandler: SqsBatchHandler): Handle {
  return async (messages, context) => {
    try {
      return failures(messages, await batchHandler(messages, context))
    } catch (error) {
      return new Map(messages.map((message) => [message, error]))
    }
  }
}

function failures (messages: readonly Message[], result: unknown): Map<Message, unknown> {
  const named = (result as { batchItemFailures?: unknown } | undefined)?.batchItemFailures ?? []
  if (!Array.isArray(named)) throw new TypeError(`batchItemFailures must be an array, but is ${inspect(named, { depth: 0 })}`)
  return new Map(named.map((failure: unknown) => {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier
    const message = messages.find(({ MessageId }) => MessageId === id)
    if (!message) throw new TypeError(`batchItemFailures names ${inspect(id)}, which is no message of the batch`)
    return [message, new Error('the batch handler reported it as failed')]
  }))
}
