import { SQSClient, type Message } from '@aws-sdk/client-sqs'

import { note } from '../checkout/ledger'

interface Change {
  readonly ReceiptHandle?: string
  readonly VisibilityTimeout?: number
}

/**
 * A client that tells a rehearsal what comes out of the queue and what is given back, whoever uses it: it stands beside the consumer, and
 * does not take its word. Outside a rehearsal it is a client like any other.
 */
export function witnessed (client = new SQSClient({ useQueueUrlAsEndpoint: false })): SQSClient {
  const orders = new Map<string, string>() // by receipt handle
  client.middlewareStack.add((next, { commandName }) => async (args) => {
    const input = args.input as Change & { Entries?: Change[] }
    if (commandName?.startsWith('ChangeMessageVisibility')) {
      const changed = (input.Entries ?? [input]).filter(({ VisibilityTimeout }) => VisibilityTimeout === 0)
      // Before it is done: others may have it, and say so, before the answer is here.
      for (const { ReceiptHandle } of changed) note(orders.get(ReceiptHandle!), 'handed-back')
    }
    const answer = await next(args)
    if (commandName === 'ReceiveMessageCommand') {
      for (const { ReceiptHandle, Body } of (answer.output as unknown as { Messages?: Message[] }).Messages ?? []) {
        const { id } = JSON.parse(Body!) as { id: string }
        orders.set(ReceiptHandle!, id)
        note(id, 'received')
      }
    }
    return answer
  }, { step: 'initialize', name: 'rehearsalWitness' })
  return client
}
