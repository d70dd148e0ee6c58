import type { Ending } from './wire'

/** What came of a request over HTTP/1.1. */
export interface Answer {
  readonly whole: boolean
  readonly status?: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Of the whole answer on the wire, in bytes. */
  readonly length: number
  /** Whether the body's end was marked, by its length or a last chunk, and not by a FIN. */
  readonly marked: boolean
  /** Of what is not whole: it cannot be before so many bytes have come. */
  readonly needs?: number
  /** What happened, in a few words. */
  readonly text: string
}

const HEADER_END = '\r\n\r\n'

/** The bytes of a request; a body may follow. */
export function request (method: string, path: string, headers: Readonly<Record<string, string | number>> = {}): string {
  const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}

/** Reads an answer off the beginning of `bytes`; interim answers are skipped. Pure. */
export function readAnswer (bytes: Buffer, ending: Ending | undefined, waited?: number): Answer {
  const end = bytes.indexOf(HEADER_END)
  if (end < 0) return unfinished(bytes, ending, waited)

  const [first, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first!)?.[1])
  if (!status) return { ...unfinished(bytes, ending, waited), text: 'something that is no HTTP/1.1' }
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  const start = end + HEADER_END.length
  if (status === 100) {
    const final = readAnswer(bytes.subarray(start), ending, waited)
    return { ...final, length: final.length + start, needs: 0 }
  }

  const rest = bytes.subarray(start)
  const read = bodyOf(status, headers, rest, ending)
  const needs = start + (Number(headers['content-length']) || 0)
  if (!read) return { whole: false, status, headers, body: rest, length: bytes.length, marked: false, needs, text: `${status} and ${rest.length} bytes of its body, then ${nothingMore(ending, waited)}` }
  return { whole: true, status, headers, body: read.body, length: start + read.length, marked: read.marked, text: `${status}` }
}

function bodyOf (status: number, headers: Readonly<Record<string, string>>, rest: Buffer, ending: Ending | undefined) {
  if (status < 200 || status === 204 || status === 304) return { body: Buffer.alloc(0), length: 0, marked: true }
  if (/chunked/i.test(headers['transfer-encoding'] ?? '')) return chunked(rest)
  if (headers['content-length'] !== undefined) {
    const length = Number(headers['content-length'])
    return rest.length >= length ? { body: rest.subarray(0, length), length, marked: true } : undefined
  }
  return ending === 'FIN' ? { body: rest, length: rest.length, marked: false } : undefined
}

function chunked (bytes: Buffer): { body: Buffer, length: number, marked: boolean } | undefined {
  const parts: Buffer[] = []
  for (let at = 0; ;) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16)
    if (Number.isNaN(size)) return undefined
    const next = line + 2 + size + 2
    if (bytes.length < next) return undefined
    if (size === 0) return { body: Buffer.concat(parts), length: next, marked: true }
    parts.push(bytes.subarray(line + 2, line + 2 + size))
    at = next
  }
}

function unfinished (bytes: Buffer, ending: Ending | undefined, waited?: number): Answer {
  const text = bytes.length === 0 ? nothingMore(ending, waited) : `${bytes.length} bytes of a header, then ${nothingMore(ending, waited)}`
  return { whole: false, headers: {}, body: Buffer.alloc(0), length: 0, marked: false, text }
}

function nothingMore (ending: Ending | undefined, waited?: number): string {
  return ending ?? `nothing${waited === undefined ? '' : ` for ${waited / 1_000} s`}`
}
