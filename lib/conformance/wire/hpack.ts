// As much of HPACK (RFC 7541) as a status and the name of one header need. No decoder: nothing else is asked of an answer.

/** Statuses that stand in the static table, by index (appendix A). */
const STATIC: Readonly<Record<number, number>> = { 8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500 }
const STATUS_NAME = 8

/** Huffman codes of the digits (appendix B): five bits for 0 to 2, six for the others. */
const DIGITS = ['00000', '00001', '00010', '011001', '011010', '011011', '011100', '011101', '011110', '011111']
/** And of the letters of `connection`. */
const LETTERS: Readonly<Record<string, string>> = { c: '00100', o: '00111', n: '101010', e: '00101', t: '01001', i: '00110' }

/** The status that a header block begins with; undefined if it is written in a way that only the dynamic table explains. */
export function statusOf (block: Buffer): number | undefined {
  let at = 0
  while (((block[at] ?? 0) & 0xe0) === 0x20) at++ // changes of the table's size
  const first = block[at]
  if (first === undefined) return undefined
  if (first & 0x80) return STATIC[first & 0x7f]
  const name = first & 0x40 ? first & 0x3f : first & 0x0f
  if (name !== STATUS_NAME) return undefined
  const length = block[at + 1]!
  const text = block.subarray(at + 2, at + 2 + (length & 0x7f))
  return Number(length & 0x80 ? digits(text) : text.toString('latin1')) || undefined
}

/** Whether a header block holds the name `connection`, plain or in Huffman's code. */
export function namesConnection (block: Buffer): boolean {
  const bits = [...'connection'].map((letter) => LETTERS[letter]).join('').padEnd(56, '1')
  const coded = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
  return block.includes('\x0aconnection') || block.includes(Buffer.concat([Buffer.from([0x80 | coded.length]), coded]))
}

function digits (bytes: Buffer): string {
  let bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  let text = ''
  for (let digit; (digit = DIGITS.findIndex((code) => bits.startsWith(code))) >= 0;) {
    text += digit
    bits = bits.slice(DIGITS[digit]!.length)
  }
  return text
}
