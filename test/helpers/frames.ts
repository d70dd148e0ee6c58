import { once } from 'node:events'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import type { Test } from 'tap'

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

export const DATA = 0x0
export const HEADERS = 0x1
export const SETTINGS = 0x4
export const GOAWAY = 0x7
const WINDOW_UPDATE = 0x8

const END_STREAM = 0x1
const END_HEADERS = 0x4
const ACK = 0x1

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const LARGEST_WINDOW = 2 ** 31 - 1

/** An HTTP/2 client of bare frames: Node's own client ends a session at the first GOAWAY, and opens no stream after it. */
export class Frames {
  readonly socket: Duplex
  readonly frames: Frame[] = []
  readonly closed: Promise<void>
  /** Resolves when the server has ended its side. */
  readonly ended: Promise<void>
  #unread = Buffer.alloc(0)
  /** The preface must be the first that a client says; until then the server's settings wait to be acknowledged. */
  #hasGreeted = false
  readonly #waiting = new Set<() => void>()

  private constructor (t: Test, socket: Duplex) {
    this.socket = socket
    t.teardown(() => socket.destroy())
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    this.ended = new Promise((resolve) => socket.once('end', () => {
      this.#wake()
      resolve()
    }))
    this.closed = new Promise((resolve) => socket.once('close', () => {
      this.#wake()
      resolve()
    }))
  }

  /** Connects, and says nothing yet. It does not end when the server does, as a client that holds on to its connections. */
  static async open (t: Test, port: number): Promise<Frames> {
    const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    await once(socket, 'connect')
    return new Frames(t, socket)
  }

  /** The same on a connection that is there already, whose TLS handshake has yet to come. */
  static async secure (t: Test, socket: net.Socket): Promise<Frames> {
    const secured = tls.connect({ socket, rejectUnauthorized: false, ALPNProtocols: ['h2'] })
    await once(secured, 'secureConnect')
    return new Frames(t, secured)
  }

  /** The preface, with windows so large that nobody has to ask for more. */
  greet (): void {
    const settings = Buffer.alloc(6)
    settings.writeUInt16BE(0x4)
    settings.writeUInt32BE(LARGEST_WINDOW, 2)
    const window = Buffer.alloc(4)
    window.writeUInt32BE(LARGEST_WINDOW - 65_535)
    this.socket.write(Buffer.concat([Buffer.from(PREFACE), frame(SETTINGS, 0, 0, settings), frame(WINDOW_UPDATE, 0, 0, window)]))
    this.#hasGreeted = true
    if (this.frames.some(({ type }) => type === SETTINGS)) this.#acknowledge()
  }

  /** Opens a stream; a body may follow a POST. */
  request (stream: number, path: string, method: 'GET' | 'POST' = 'GET'): void {
    // From HPACK's static table: GET or POST, http, and the names of a literal authority, path and content type.
    const literal = (name: number[], value: string): Buffer => Buffer.concat([Buffer.from([...name, value.length]), Buffer.from(value)])
    const pseudo = [Buffer.from([method === 'GET' ? 0x82 : 0x83, 0x86]), literal([0x01], 'localhost'), literal([0x04], path)]
    const headers = method === 'GET' ? pseudo : [...pseudo, literal([0x0f, 0x10], 'application/x-text')]
    this.socket.write(frame(HEADERS, END_HEADERS | (method === 'GET' ? END_STREAM : 0), stream, Buffer.concat(headers)))
  }

  body (stream: number, text: string): void {
    this.socket.write(frame(DATA, END_STREAM, stream, Buffer.from(text)))
  }

  /** The last stream that a GOAWAY has named. */
  lastStream ({ payload }: Frame): number {
    return payload.readUInt32BE(0)
  }

  text (stream: number): string {
    return Buffer.concat(this.frames.filter((frame) => frame.type === DATA && frame.stream === stream).map(({ payload }) => payload)).toString()
  }

  /** The first frame of that kind, received already or not yet; rejects if the connection ends without. */
  async until (type: number, stream = 0): Promise<Frame> {
    for (;;) {
      const found = this.frames.find((frame) => frame.type === type && frame.stream === stream)
      if (found) return found
      if (this.socket.destroyed || this.socket.readableEnded) throw new Error(`ended without a frame ${type} on stream ${stream}; there were ${JSON.stringify(this.frames)}`)
      await new Promise<void>((resolve) => { this.#waiting.add(resolve) })
    }
  }

  #read (chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk])
    for (;;) {
      const length = this.#unread.length < 9 ? Infinity : this.#unread.readUIntBE(0, 3)
      if (this.#unread.length < 9 + length) break
      const [type, flags] = [this.#unread[3]!, this.#unread[4]!]
      this.frames.push({ type, flags, stream: this.#unread.readUInt32BE(5), payload: this.#unread.subarray(9, 9 + length) })
      this.#unread = this.#unread.subarray(9 + length)
      if (type === SETTINGS && !(flags & ACK) && this.#hasGreeted) this.#acknowledge()
    }
    this.#wake()
  }

  #acknowledge (): void {
    this.socket.write(frame(SETTINGS, ACK, 0))
  }

  #wake (): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

function frame (type: number, flags: number, stream: number, payload = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
