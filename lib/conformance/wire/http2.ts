import { Buffer } from 'node:buffer'

import { statusOf } from './hpack'
import type { Wire } from './wire'

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

const DATA = 0x0
const HEADERS = 0x1
const RST_STREAM = 0x3
const SETTINGS = 0x4
const PING = 0x6
const GOAWAY = 0x7

const ACK = 0x1
const END_STREAM = 0x1
const END_HEADERS = 0x4

const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

/** An HTTP/2 client of bare frames: a library's ends a session at the first GOAWAY, and opens no stream after it. */
export class Http2Wire {
  readonly wire: Wire
  #answered = 0

  /** Greets at once: the preface and empty settings (RFC 9113, section 3.4). */
  constructor (wire: Wire) {
    this.wire = wire
    wire.send(Buffer.concat([Buffer.from(PREFACE), frame(SETTINGS, 0, 0)]))
  }

  get number (): number {
    return this.wire.number
  }

  /** All whole frames so far. Settings and pings are acknowledged when they are first seen. */
  get frames (): readonly Frame[] {
    const frames = readFrames(this.wire.received)
    for (const { type, flags, payload } of frames.slice(this.#answered)) {
      if (!(flags & ACK) && type === SETTINGS) this.wire.send(frame(SETTINGS, ACK, 0))
      if (!(flags & ACK) && type === PING) this.wire.send(frame(PING, ACK, 0, payload))
    }
    this.#answered = frames.length
    return frames
  }

  /** Opens a stream with a GET. */
  request (stream: number, path: string): void {
    // From HPACK's static table: GET, http, and the names of a literal authority and path.
    const literal = (name: number, value: string): Buffer => Buffer.concat([Buffer.from([name, value.length]), Buffer.from(value)])
    this.wire.send(frame(HEADERS, END_HEADERS | END_STREAM, stream, Buffer.concat([Buffer.from([0x82, 0x86]), literal(0x01, 'localhost'), literal(0x04, path)])))
  }

  /** The status of a stream that was answered to its end; undefined if it was reset, the connection ended, or the time was over. */
  async status (stream: number, within: number): Promise<number | undefined> {
    const status = await this.wire.until(() => {
      const own = this.frames.filter((frame) => frame.stream === stream)
      const ended = own.some(({ type, flags }) => (type === HEADERS || type === DATA) && flags & END_STREAM)
      if (ended) return statusOf(own.find(({ type }) => type === HEADERS)!.payload) ?? null
      return own.some(({ type }) => type === RST_STREAM) || this.wire.ending !== undefined ? null : undefined
    }, within)
    return status ?? undefined
  }

  /** The header block of a stream's answer. */
  header (stream: number): Buffer | undefined {
    return this.frames.find((frame) => frame.stream === stream && frame.type === HEADERS)?.payload
  }

  saidGoaway (): boolean {
    return this.frames.some(({ type }) => type === GOAWAY)
  }

  destroy (): void {
    this.wire.destroy()
  }
}

/** The whole frames at the beginning of `bytes`. */
export function readFrames (bytes: Buffer): Frame[] {
  const frames: Frame[] = []
  for (let at = 0; at + 9 <= bytes.length;) {
    const length = bytes.readUIntBE(at, 3)
    if (at + 9 + length > bytes.length) break
    const [type, flags, stream] = [bytes[at + 3]!, bytes[at + 4]!, bytes.readUInt32BE(at + 5) & 0x7fffffff]
    frames.push({ type, flags, stream, payload: bytes.subarray(at + 9, at + 9 + length) })
    at += 9 + length
  }
  return frames
}

function frame (type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}
