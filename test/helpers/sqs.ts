import { ChangeMessageVisibilityCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient, type Message, type SQSClientConfig } from '@aws-sdk/client-sqs'
import type { FauxqsServer } from 'fauxqs' with { 'resolution-mode': 'import' }
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { json } from 'node:stream/consumers'
import type { Test } from 'tap'

import { turn } from './turn'

const ACCOUNT = '000000000000'

/** What the client of AWS wants to know, whoever it talks to. */
export const credentials = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' }

export interface Call {
  /** Such as `ReceiveMessage`. */
  readonly action: string
  readonly body: Readonly<Record<string, unknown>>
}

/** An answer of the test's own: a status and a body, or `hang up`. Undefined leaves it to the queue. */
export type Answer = { readonly status?: number, readonly body: object } | 'hang up' | undefined

/** An emulated SQS (fauxqs) behind a wire: the wire notes every call, and may answer some itself. */
export class Sqs {
  readonly calls: Call[] = []
  /** By queue and action, `orders ReceiveMessage`: asked before a call is passed on. */
  readonly answers = new Map<string, (call: Call) => Answer | Promise<Answer>>()
  readonly #emulator: FauxqsServer
  readonly #wire: http.Server
  readonly #client: SQSClient
  readonly #sockets = new Set<Socket>()
  readonly #waiting = new Set<() => void>()

  private constructor (emulator: FauxqsServer, wire: http.Server) {
    this.#emulator = emulator
    this.#wire = wire
    wire.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    this.#client = new SQSClient({ region: 'us-east-1', endpoint: emulator.address, credentials: { accessKeyId: 'key', secretAccessKey: 'secret' } })
  }

  static async start (t: Test): Promise<Sqs> {
    const { startFauxqs } = await import('fauxqs')
    const emulator = await startFauxqs({ port: 0, logger: false })
    const wire = http.createServer((request, response) => {
      sqs.#pass(request, response).catch(() => response.destroy()) // the emulator has gone
    })
    const sqs = new Sqs(emulator, wire)
    await once(wire.listen(0, '127.0.0.1'), 'listening')
    t.teardown(async () => {
      sqs.#client.destroy()
      wire.closeAllConnections()
      wire.close()
      await emulator.stop()
    })
    return sqs
  }

  /** Creates a queue. Its URL is that of the wire. */
  create (name: string, attributes: Readonly<Record<string, string>> = {}): Queue {
    const { queueUrl, queueArn } = this.#emulator.createQueue(name, { attributes: { ...attributes } })
    return new Queue(this.url(name), queueUrl, queueArn, this.#client)
  }

  delete (name: string): void {
    this.#emulator.deleteQueue(name)
  }

  /** A client as an application has one, through the wire; it makes each call once, so that the test sees each, unless `config` says otherwise. */
  client (t: Test, config: SQSClientConfig = {}): SQSClient {
    const endpoint = new URL(this.url('')).origin
    const credentials = { accessKeyId: 'key', secretAccessKey: 'secret' }
    const client = new SQSClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1, ...config })
    t.teardown(() => client.destroy())
    return client
  }

  url (name: string): string {
    return `http://127.0.0.1:${(this.#wire.address() as AddressInfo).port}/${ACCOUNT}/${name}`
  }

  /** Resolves once nobody is connected to the wire any more. */
  async left (): Promise<void> {
    while (this.#sockets.size > 0) await turn()
  }

  /** Resolves once so many calls of an action have arrived for a queue. */
  async called (action: string, times: number, queue: string): Promise<Call[]> {
    for (;;) {
      const found = this.calls.filter((call) => call.action === action && String(call.body.QueueUrl).endsWith(`/${queue}`))
      if (found.length >= times) return found
      await new Promise<void>((resolve) => { this.#waiting.add(resolve) })
    }
  }

  async #pass (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const action = String(request.headers['x-amz-target']).replace(/.*\./, '')
    const body = await json(request) as Record<string, unknown>
    const call = { action, body }
    this.calls.push(call)
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()

    const name = String(body.QueueUrl).replace(/.*\//, '')
    const own = await this.answers.get(`${name} ${action}`)?.(call)
    if (own === 'hang up') return void response.destroy()
    if (own) return void response.writeHead(own.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(own.body))
    const QueueUrl = this.#emulator.inspectQueue(name)?.url ?? `http://nowhere/${name}`
    const answer = await fetch(this.#emulator.address, {
      method: 'POST', headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `AmazonSQS.${action}` }, body: JSON.stringify({ ...body, QueueUrl })
    })
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(await answer.text())
  }
}

/** A queue as others see it, past the wire. */
export class Queue {
  readonly url: string
  readonly arn: string
  readonly #url: string
  readonly #client: SQSClient

  constructor (url: string, direct: string, arn: string, client: SQSClient) {
    this.url = url
    this.arn = arn
    this.#url = direct
    this.#client = client
  }

  /** Resolves to the message's id. */
  async send (body: string, group?: string): Promise<string> {
    const fifo = group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: `${group} ${body}` }
    const { MessageId } = await this.#client.send(new SendMessageCommand({ QueueUrl: this.#url, MessageBody: body, ...fifo }))
    return MessageId!
  }

  /** What another consumer would get, within so many seconds. */
  async receive (waitTimeSeconds = 0, most = 10): Promise<Message[]> {
    const { Messages } = await this.#client.send(new ReceiveMessageCommand({
      QueueUrl: this.#url, WaitTimeSeconds: waitTimeSeconds, MaxNumberOfMessages: most, MessageSystemAttributeNames: ['All']
    }))
    return Messages ?? []
  }

  /** Gives back what was received. */
  async release ({ ReceiptHandle }: Message): Promise<void> {
    await this.#client.send(new ChangeMessageVisibilityCommand({ QueueUrl: this.#url, ReceiptHandle, VisibilityTimeout: 0 }))
  }
}

/** An error as SQS answers it. */
export function refusal (name: string, status = 400): Answer {
  return { status, body: { __type: `com.amazonaws.sqs#${name}`, message: `${name} was said by the test` } }
}

/** A message as SQS gives it, of a group of a FIFO queue. */
export function received (Body: string, MessageGroupId: string): object {
  return { MessageId: Body, ReceiptHandle: Body, Body, MD5OfBody: createHash('md5').update(Body).digest('hex'), Attributes: { MessageGroupId } }
}
