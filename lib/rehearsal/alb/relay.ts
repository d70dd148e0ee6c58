import type net from 'node:net'
import { Duplex } from 'node:stream'

import { Wire } from './wire'

/** How much may be under way in one direction before whoever sends has to wait. */
const WINDOW = 1_048_576

export interface RelayOptions {
  readonly delay: number
  /** Holds back the second half of the first chunk that is written. */
  readonly gate?: Promise<unknown>
  /** Asked when the target's first FIN or RST is seen, before the node can know: for how many milliseconds it is held back. */
  goodbye? (): number
}

/**
 * A connected socket, seen from the far end of a wire: data, FIN and errors arrive `delay` later in each direction, so that
 * a FIN from the target and a request to it can cross. A goodbye that is held back follows as soon as something is written.
 * Owns the socket, which must allow half-open: a request that crosses a FIN has to reach the target.
 */
export class Relay extends Duplex {
  readonly #socket: net.Socket
  readonly #options: RelayOptions
  readonly #toTarget: Wire
  readonly #toNode: Wire
  #gate: Promise<unknown> | undefined
  #outbound = 0
  #inbound = 0
  /** Who waits for the window to open. */
  #writer: (() => void) | undefined
  #saidGoodbye = false
  /** Lets a goodbye go that is being held back. */
  #letGo: (() => void) | undefined

  constructor (socket: net.Socket, options: RelayOptions) {
    super({ allowHalfOpen: false })
    this.#socket = socket
    this.#options = options
    this.#gate = options.gate
    this.#toTarget = new Wire(options.delay)
    this.#toNode = new Wire(options.delay)
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('end', () => this.#goodbye(() => this.push(null)))
    socket.on('error', (error) => this.#goodbye(() => this.destroy(error)))
  }

  /** Calls back once everything that was written so far has been handed to the socket, unless the relay is destroyed first. */
  departed (then: () => void): void {
    this.#toTarget.carry(() => { if (!this.destroyed) then() })
  }

  /** As `net.Socket` has it, and Node's client asks for it. */
  destroySoon (): void {
    if (this.writable) this.end()
    if (this.writableFinished) this.destroy()
    else this.once('finish', () => this.destroy())
  }

  override _write (chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    const gate = this.#gate
    this.#gate = undefined
    if (gate === undefined) return this.#send(chunk, callback)

    const half = chunk.length >> 1
    this.#send(chunk.subarray(0, half), () => {})
    void gate.then(() => this.#send(chunk.subarray(half), callback))
  }

  override _final (callback: (error?: Error | null) => void): void {
    this.#toTarget.carry(() => this.#socket.end(callback))
  }

  override _read (): void {
    if (this.#inbound < WINDOW) this.#socket.resume()
  }

  override _destroy (error: Error | null, callback: (error: Error | null) => void): void {
    this.#toNode.cut()
    this.#letGo?.()
    this.#toTarget.carry(() => this.#socket.destroy()) // after what was written before
    callback(error)
  }

  #send (chunk: Buffer, callback: () => void): void {
    this.#outbound += chunk.length
    this.#toTarget.carry(() => this.#socket.write(chunk, () => {
      this.#outbound -= chunk.length
      if (this.#outbound < WINDOW) this.#resumeWriter()
    }))
    this.#letGo?.()
    if (this.#outbound < WINDOW) callback()
    else this.#writer = callback
  }

  #resumeWriter (): void {
    const writer = this.#writer
    this.#writer = undefined // before it is called: it may write, and have to wait again
    writer?.()
  }

  #receive (chunk: Buffer): void {
    this.#inbound += chunk.length
    if (this.#inbound >= WINDOW) this.#socket.pause()
    this.#toNode.carry(() => {
      this.#inbound -= chunk.length
      if (!this.push(chunk)) this.#socket.pause()
      else if (this.#inbound < WINDOW) this.#socket.resume()
    })
  }

  #goodbye (arrive: () => void): void {
    const held = this.#saidGoodbye ? 0 : this.#options.goodbye?.() ?? 0
    this.#saidGoodbye = true
    if (held === 0) return this.#toNode.carry(arrive)

    const letGo = (): void => {
      clearTimeout(timer)
      this.#letGo = undefined
      if (!this.destroyed) this.#toNode.carry(arrive)
    }
    const timer = setTimeout(letGo, held)
    this.#letGo = letGo
  }
}
