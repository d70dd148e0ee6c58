import { ANSWER } from '../limits'
import { request } from './http1'
import type { Wire } from './wire'

const CONTINUATION = 0x0
const TEXT = 0x1
export const CLOSE = 0x8

const FINAL = 0x80
const MASKED = 0x80
/** Any mask is as good as another, and this one leaves the bytes as they are, for whoever reads the evidence. */
const MASK = Buffer.alloc(4)

export interface Message {
  readonly opcode: number
  readonly payload: Buffer
}

/** The bytes that ask for a WebSocket (RFC 6455, section 4.1). */
export function upgrade (path: string): string {
  return request('GET', path, { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': 13, 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==' })
}

/** Whether the server has accepted a WebSocket on this connection. */
export async function shakeHands (wire: Wire, path: string): Promise<boolean> {
  wire.send(upgrade(path))
  return (await wire.answer(ANSWER)).status === 101
}

/** The first part of a text message, and the last. */
export function firstPart (text: string): Buffer {
  return frame(TEXT, Buffer.from(text))
}

export function lastPart (text: string): Buffer {
  return frame(FINAL | CONTINUATION, Buffer.from(text))
}

export function wholeText (text: string): Buffer {
  return frame(FINAL | TEXT, Buffer.from(text))
}

/** A close frame, in answer to one. */
export function goodbye (payload: Buffer): Buffer {
  return frame(FINAL | CLOSE, payload)
}

/** All whole frames that the server has sent. */
export function messages (bytes: Buffer): Message[] {
  const found: Message[] = []
  for (let at = 0; at + 2 <= bytes.length;) {
    const short = bytes[at + 1]! & 0x7f
    const extended = { 126: 2, 127: 8 }[short] ?? 0
    if (at + 2 + extended > bytes.length) break
    const length = extended === 0 ? short : bytes.readUIntBE(at + 2 + extended - Math.min(extended, 4), Math.min(extended, 4))
    const start = at + 2 + extended
    if (start + length > bytes.length) break
    found.push({ opcode: bytes[at]! & 0x0f, payload: bytes.subarray(start, start + length) })
    at = start + length
  }
  return found
}

function frame (first: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([first, MASKED | payload.length]), MASK, payload])
}
