import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Under which id a request is in the ledgers; passed on to the target. */
export const ID = 'x-rehearsal-id'
/** Which target a request is for, and on what kind of connection; not passed on. */
export const PIN = 'x-rehearsal-pin'
/** Says on an answer that the balancer made it, and why. */
export const CAUSE = 'x-rehearsal-cause'

/** They speak of one connection, and say nothing to whoever is beyond it. */
const HOP_BY_HOP = [
  'connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'
]
/** Written anew, or answered by the balancer itself. */
const REPLACED = [PIN, 'expect', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port']
const WITHOUT_BODY = ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT']

/** The headers for the target of a request that came in at `port`: names and values in turn, as they were written. */
export function requestHeaders ({ rawHeaders, headers, method, socket }: IncomingMessage, port: number, upgrade: boolean): string[] {
  const passed = without(rawHeaders, [...HOP_BY_HOP, ...named(headers.connection), ...REPLACED])
  const before = headers['x-forwarded-for']
  passed.push('X-Forwarded-For', before === undefined ? socket.remoteAddress ?? '' : `${String(before)}, ${socket.remoteAddress ?? ''}`)
  passed.push('X-Forwarded-Proto', 'http', 'X-Forwarded-Port', String(port))
  if (headers['x-amzn-trace-id'] === undefined) passed.push('X-Amzn-Trace-Id', traceId())
  if (upgrade) passed.push('Connection', 'Upgrade', 'Upgrade', headers.upgrade ?? '')
  else passed.push('Connection', 'keep-alive')

  // Node would guess how the body ends from the method; here the client has said it.
  if (headers['transfer-encoding'] !== undefined) passed.push('Transfer-Encoding', 'chunked')
  else if (headers['content-length'] === undefined && !WITHOUT_BODY.includes(method ?? '')) passed.push('Content-Length', '0')
  return passed
}

/** The headers of a target's answer for the client. */
export function answerHeaders ({ rawHeaders, headers }: IncomingMessage): string[] {
  return without(rawHeaders, [...HOP_BY_HOP, ...named(headers.connection)])
}

/** What a `Connection` header names is hop-by-hop too. */
function named (connection = ''): string[] {
  return connection.split(',').map((name) => name.trim().toLowerCase())
}

function without (raw: readonly string[], names: readonly string[]): string[] {
  const kept: string[] = []
  for (let index = 0; index < raw.length; index += 2) {
    if (!names.includes(raw[index]!.toLowerCase())) kept.push(raw[index]!, raw[index + 1]!)
  }
  return kept
}

function traceId (): string {
  const seconds = Math.floor(Date.now() / 1_000).toString(16)
  return `Root=1-${seconds}-${randomUUID().replaceAll('-', '').slice(0, 24)}`
}
