import type { IncomingMessage } from 'node:http'
import t from 'tap'

import { requestHeaders } from '../../../lib/rehearsal/alb/headers'

/** A request as Node shows it, with the headers given in pairs. */
function request (method: string | undefined, ...rawHeaders: string[]): IncomingMessage {
  const headers = Object.fromEntries(rawHeaders.flatMap((name, index) => index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1]]] : []))
  return { rawHeaders, headers, method, socket: { remoteAddress: undefined } } as unknown as IncomingMessage
}

const passed = (given: IncomingMessage, upgrade = false): Record<string, string> => {
  const list = requestHeaders(given, 80, upgrade)
  return Object.fromEntries(list.flatMap((name, index) => index % 2 === 0 ? [[name, list[index + 1]!]] : []))
}

t.test('a client that has gone has no address, and is passed on all the same', async (t) => {
  t.equal(passed(request('GET'))['X-Forwarded-For'], '')
  t.equal(passed(request('GET', 'X-Forwarded-For', '10.0.0.1'))['X-Forwarded-For'], '10.0.0.1, ')
})

t.test('an upgrade says to what, if its client did', async (t) => {
  t.match(passed(request('GET', 'Upgrade', 'websocket'), true), { Connection: 'Upgrade', Upgrade: 'websocket' })
  t.match(passed(request('GET'), true), { Connection: 'Upgrade', Upgrade: '' })
})

t.test('a method that may have a body and has none says so; one that cannot says nothing', async (t) => {
  t.equal(passed(request('POST'))['Content-Length'], '0')
  t.equal(passed(request(undefined))['Content-Length'], '0')
  t.notOk('Content-Length' in passed(request('DELETE')))
  t.equal(passed(request('POST', 'Transfer-Encoding', 'chunked'))['Transfer-Encoding'], 'chunked')
})
