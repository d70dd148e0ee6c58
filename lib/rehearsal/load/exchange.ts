import http from 'node:http'

import type { Now } from '../monotonic'
import { readSlowly } from './read-slowly'
import { trickle } from './trickle'

/** Says on an answer that the balancer made it, and why. */
const CAUSE = 'x-rehearsal-cause'

/** One request, to the last byte of its header. */
export interface Message {
  readonly method: string
  readonly path: string
  readonly headers: http.OutgoingHttpHeaders
  readonly body?: Buffer
  readonly uploadFor: number
  readonly readFor: number
  /** Whether anybody will look at the answer's text. */
  readonly readable: boolean
}

/** How a request ended, whichever way. */
export interface Outcome {
  readonly firstByte?: number
  readonly ended: number
  readonly status?: number
  /** What the balancer said, if it made the answer. */
  readonly balancer?: string
  readonly bytes: number
  readonly text?: string
  /** Why the answer did not come to its end; absent if it did. */
  readonly broken?: string
}

export interface Via {
  readonly port: number
  readonly agent: http.Agent
  readonly now: Now
  /** Milliseconds, beyond what the message itself takes. */
  readonly patience: number
}

/** One request on its way, sent once. Losing it is an outcome: nothing here rejects. */
export class Exchange {
  readonly outcome: Promise<Outcome>
  readonly #request: http.ClientRequest
  readonly #now: Now
  readonly #pieces: Buffer[] = []
  #header: Pick<Outcome, 'firstByte' | 'status' | 'balancer'> = {}
  #response: http.IncomingMessage | undefined
  #bytes = 0
  #end: (broken?: string) => void = () => {}

  constructor (message: Message, { port, agent, now, patience }: Via) {
    const { method, path, headers, body, uploadFor, readFor, readable } = message
    this.#now = now
    this.#request = http.request({ host: '127.0.0.1', port, agent, method, path, headers })
    const impatient = setTimeout(() => this.cut(`out of patience after ${patience / 1_000} s`), patience + uploadFor + readFor)
    this.outcome = new Promise((resolve) => {
      this.#end = (broken) => {
        clearTimeout(impatient)
        const text = readable ? Buffer.concat(this.#pieces).toString() : undefined
        resolve({ ...this.#header, ended: now(), bytes: this.#bytes, text, broken })
      }
    })
    this.#request.on('error', (error) => this.#end(words(error)))
    this.#request.on('response', (response) => this.#read(response, message))
    if (body && uploadFor > 0) trickle(this.#request, body, uploadFor)
    else this.#request.end(body)
  }

  /** Resolves once a socket has the request, or none ever will. */
  async handedOver (): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#request.once('socket', () => resolve())
      this.#request.once('close', () => resolve())
    })
  }

  /** Ends it here; does nothing to one that has ended. */
  cut (why: string): void {
    this.#end(why)
    this.#response?.destroy() // one that has come whole and is read slowly would not hear of it
    this.#request.destroy()
  }

  #read (response: http.IncomingMessage, { readFor, readable }: Message): void {
    this.#response = response
    this.#header = { firstByte: this.#now(), status: response.statusCode!, balancer: response.headers[CAUSE]?.toString() }
    const take = (piece: Buffer): void => {
      this.#bytes += piece.length
      if (readable) this.#pieces.push(piece)
    }
    response.on('end', () => this.#end())
    response.on('error', (error) => this.#end(words(error)))
    if (readFor > 0) readSlowly(response, readFor, take)
    else response.on('data', take)
  }
}

/** Without addresses and ports. Node has two messages for a peer that closes a connection, where a reset has a code only. */
function words ({ code, message }: NodeJS.ErrnoException): string {
  return message === 'socket hang up' || message === 'aborted' ? 'connection closed' : code ?? message
}
