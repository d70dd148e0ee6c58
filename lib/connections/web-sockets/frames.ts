/** RFC 6455, section 5.2: the opcodes that a goodbye needs. */
const TEXT = 0x81
const CLOSE = 0x88

/** A whole message of text, as a server sends it. */
export function textFrame (text: string): Buffer {
  return frame(TEXT, Buffer.from(text))
}

/** A close frame with a status code and no reason, as a server sends it. */
export function closeFrame (code: number): Buffer {
  return frame(CLOSE, Buffer.from([code >> 8, code & 0xff]))
}

/** Servers do not mask (section 5.1). */
function frame (opcode: number, payload: Buffer): Buffer {
  const { length } = payload
  if (length < 126) return Buffer.concat([Buffer.from([opcode, length]), payload])
  const header = Buffer.alloc(length < 65_536 ? 4 : 10)
  header[0] = opcode
  if (length < 65_536) {
    header[1] = 126
    header.writeUInt16BE(length, 2)
  } else {
    header[1] = 127
    header.writeBigUInt64BE(BigInt(length), 2)
  }
  return Buffer.concat([header, payload])
}
