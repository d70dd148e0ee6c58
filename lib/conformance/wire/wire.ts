import net from 'node:net'

import { readAnswer, type Answer } from './http1'
import { escaped, type Transcript } from './transcript'

/** How a connection ended, as the client saw it. */
export type Ending = 'refused' | 'FIN' | 'reset' | 'cut by the client'

/**
 * One TCP connection, hand-written on and listened to. It keeps its own side open when the server closes, as a pool does
 * that has not noticed yet. Nothing here rejects: what happens is a value.
 */
export class Wire {
  readonly number: number
  /** Since SIGTERM; undefined if it ended before it, or has not ended. */
  endedAt: number | undefined
  readonly #socket: net.Socket
  readonly #transcript: Transcript
  readonly #wakers = new Set<() => void>()
  #chunks: Buffer[] = []
  #size = 0
  #connected = false
  #ending: Ending | undefined

  private constructor (port: number, number: number, transcript: Transcript) {
    this.number = number
    this.#transcript = transcript
    this.#socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
    this.#socket.on('connect', () => {
      this.#connected = true
      transcript.connection(number, 'opened', '')
      this.#wake()
    })
    this.#socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk)
      this.#size += chunk.length
      transcript.connection(number, 'received', escaped(chunk))
      this.#wake()
    })
    this.#socket.on('end', () => this.#end('FIN', 'FIN from the server'))
    this.#socket.on('error', ({ code }: NodeJS.ErrnoException) => this.#end(this.#connected ? 'reset' : 'refused', `${code}`))
    this.#socket.on('close', () => this.#end('reset', 'closed'))
  }

  /** Resolves once it is connected, or known not to be, or after `within` milliseconds. */
  static async open (port: number, number: number, transcript: Transcript, within: number): Promise<Wire> {
    const wire = new Wire(port, number, transcript)
    await wire.until(() => wire.#connected || wire.#ending !== undefined || undefined, within)
    return wire
  }

  get connected (): boolean {
    return this.#connected
  }

  /** Undefined as long as it is open. */
  get ending (): Ending | undefined {
    return this.#ending
  }

  /** All that has been received and not been taken off; put together only when it is looked at. */
  get received (): Buffer {
    if (this.#chunks.length !== 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0]!
  }

  /** Of what has been received, without putting it together. */
  get size (): number {
    return this.#size
  }

  send (bytes: string | Buffer): void {
    this.#transcript.connection(this.number, 'sent', escaped(Buffer.from(bytes)))
    if (!this.#socket.destroyed) this.#socket.write(bytes)
  }

  /** The next whole answer, taken off what was received; or how far it came within `within` milliseconds. */
  async answer (within: number): Promise<Answer> {
    let needs = 0
    const whole = await this.until(() => {
      if (this.#size < needs && this.#ending === undefined) return undefined // a large answer is not read anew for every piece of it
      const answer = readAnswer(this.received, this.#ending)
      needs = answer.needs ?? 0
      return answer.whole || this.#ending !== undefined ? answer : undefined
    }, within)
    const answer = whole ?? readAnswer(this.received, undefined, within)
    if (answer.whole) this.#keep(this.received.subarray(answer.length))
    return answer
  }

  /** How the server ended it; undefined if it has not within `within` milliseconds. */
  async ended (within: number): Promise<Ending | undefined> {
    return await this.until(() => this.#ending, within)
  }

  /** Reads no more, so that the server's answer has to wait in its own buffers. */
  pause (): void {
    this.#socket.pause()
  }

  resume (): void {
    this.#socket.resume()
  }

  destroy (): void {
    this.#end('cut by the client', 'by the client')
    this.#socket.destroy()
  }

  /** What `look` finds, looked for again whenever anything happens here; undefined after `within` milliseconds. */
  async until<T> (look: () => T | undefined, within: number): Promise<T | undefined> {
    const first = look()
    if (first !== undefined) return first
    return await new Promise((resolve) => {
      const done = (value: T | undefined): void => {
        clearTimeout(timer)
        this.#wakers.delete(wake)
        resolve(value)
      }
      const wake = (): void => {
        const found = look()
        if (found !== undefined) done(found)
      }
      const timer = setTimeout(() => done(look()), within)
      this.#wakers.add(wake)
    })
  }

  #keep (rest: Buffer): void {
    this.#chunks = [rest]
    this.#size = rest.length
  }

  #end (ending: Ending, text: string): void {
    if (this.#ending) return
    this.#ending = ending
    this.endedAt = this.#transcript.sinceSignal
    this.#transcript.connection(this.number, 'closed', text)
    this.#wake()
  }

  #wake (): void {
    for (const wake of [...this.#wakers]) wake()
  }
}
