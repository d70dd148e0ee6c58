import http from 'node:http'

import { answer, causeOf } from './answer'
import { answerHeaders, requestHeaders } from './headers'
import type { Entry } from './ledger'
import type { How } from './pin'
import { CONNECT_TIMEOUT, departed, type Connection } from './pool'
import type { Target } from './target'
import { switching, tunnel } from './tunnel'

/** One request on its way to one target. */
export interface Exchange {
  readonly request: http.IncomingMessage
  readonly response: http.ServerResponse
  /** Whether the client asks for another protocol; `response` then is on a socket that no server looks after. */
  readonly upgrade: boolean
  readonly target: Target
  readonly how: How
  readonly entry: Entry
  /** Where the client came in. */
  readonly port: number
  readonly idleTimeout: number
}

/** Passes a request on, and its answer back, on one connection. Nothing is ever tried twice. */
export async function pass (exchange: Exchange): Promise<void> {
  const { response, target, how, entry } = exchange
  entry.went({ task: target.task, health: target.health })
  response.on('error', () => {}) // its 'close' tells all that matters
  response.on('close', () => entry.ended('client-left')) // not heard if it has ended otherwise
  try {
    const connection = await target.connection(how)
    if (response.closed) return void connection.stream.destroy()
    entry.went({ connection: connection.number, use: ++connection.uses })
    send(exchange, connection)
  } catch (error) {
    const timedOut = (error as NodeJS.ErrnoException).code === CONNECT_TIMEOUT
    give(exchange, timedOut ? 504 : 502, timedOut ? 'timed-out' : 'refused', causeOf(error as Error))
  }
}

function send (exchange: Exchange, connection: Connection): void {
  const { request, response, upgrade, entry, port, idleTimeout } = exchange
  const { stream } = connection
  const passed = http.request({
    createConnection: () => stream, method: request.method, path: request.url, headers: requestHeaders(request, port, upgrade)
  })
  passed.shouldKeepAlive = true // without an agent Node would not say that the connection is free again
  const idle = setTimeout(() => {
    if (response.headersSent) cut(exchange, 'idle timeout')
    else give(exchange, 504, 'timed-out', 'no answer within the idle timeout')
    passed.destroy()
  }, idleTimeout)
  response.on('close', () => {
    clearTimeout(idle)
    if (!response.writableFinished) passed.destroy()
  })

  passed.on('socket', () => process.nextTick(() => departed(connection, () => entry.written()))) // Node writes in between
  passed.on('response', (answered) => giveBack(exchange, answered, idle))
  passed.on('error', (error) => {
    if (response.headersSent || response.closed) return // the answer's own end says how that went
    give(exchange, 502, 'cut-before-header', causeOf(error))
  })
  if (upgrade) {
    passed.on('upgrade', (answered, _, head) => {
      clearTimeout(idle)
      const client = response.socket!
      response.detachSocket(client)
      client.write(switching(answered))
      stream.unshift(head)
      tunnel(client, stream, idleTimeout, entry)
    })
    passed.end()
  } else sendBody(request, passed, idle)
}

/** As it comes: the header does not wait for the body's first byte. */
function sendBody (request: http.IncomingMessage, passed: http.ClientRequest, idle: NodeJS.Timeout): void {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers
  if (coding === undefined && Number(length) === 0) return void passed.end()
  passed.flushHeaders()
  request.on('data', () => idle.refresh())
  request.pipe(passed)
}

function giveBack (exchange: Exchange, answered: http.IncomingMessage, idle: NodeJS.Timeout): void {
  const { response, entry } = exchange
  const status = answered.statusCode!
  response.writeHead(status, answered.statusMessage, answerHeaders(answered))
  response.flushHeaders() // a stream of events may be long in coming
  response.on('finish', () => entry.ended('answered', { status }))
  answered.on('error', (error) => cut(exchange, causeOf(error), status))
  answered.on('data', () => idle.refresh())
  answered.pipe(response)
}

/** An answer of the balancer's own. What the client still sends is read, or it would never see the answer. */
function give ({ request, response, entry }: Exchange, status: number, outcome: 'refused' | 'cut-before-header' | 'timed-out', cause: string): void {
  if (response.closed) return
  entry.ended(outcome, { status, cause })
  answer(response, status, cause)
  request.unpipe().resume()
}

/** Too late for an answer of its own: the client must see that it has not got everything. */
function cut ({ response, entry }: Exchange, cause: string, status = response.statusCode): void {
  entry.ended('cut', { status, cause })
  response.destroy()
}
