import t from 'tap'

import type { ConformanceResult } from '../../lib/conformance/index'
import { held } from '../helpers/drainer'

t.jobs = 2

/** A server of a few lines, which does `stop` at SIGTERM; without what tap loads. */
function server (stop: string): [string, ...string[]] {
  const program = `
    const server = require('node:http').createServer(({ url }, response) => {
      if (url === '/slow') setTimeout(() => response.end('slow'), 600)
      else response.end('ok')
    }).listen(process.env.PORT, '127.0.0.1')
    process.on('SIGTERM', () => { ${stop} })`
  return bare(program)
}

/** A WebSocket that sends back what it gets, and an HTTP/2 server: neither heeds SIGTERM unless told to. */
const others = {
  webSocket: `
    const server = require('node:http').createServer((request, response) => response.end('ok')).listen(process.env.PORT, '127.0.0.1')
    new (require('ws').WebSocketServer)({ server }).on('connection', (socket) => socket.on('message', (text) => socket.send(String(text))))
    process.on('SIGTERM', () => {})`,
  http2: `
    require('node:http2').createServer(({ url }, response) => response.end('ok')).listen(process.env.PORT, '127.0.0.1')
    process.on('SIGTERM', () => process.exit(0))`
}
const bare = (program: string): [string, ...string[]] => ['env', '-u', 'NODE_OPTIONS', process.execPath, '-e', program]

const outcomes = ({ clauses }: ConformanceResult): Record<string, string> => Object.fromEntries(clauses.map(({ id, outcome }) => [id, outcome]))

t.test('a server that does not heed SIGTERM fails D23; where its end would be the instant, nothing is claimed', { buffered: true }, async (t) => {
  const result = await held({ command: server(''), stopTimeout: 2, atOnce: 12, clause: ['D12', 'D20', 'D21', 'D22', 'D23', 'D24', 'D25', 'D26', 'D27', 'D29'] })

  t.match(outcomes(result), {
    D20: 'inconclusive', D21: 'inconclusive', D22: 'inconclusive', D23: 'fail', D24: 'inconclusive', D25: 'inconclusive', D26: 'inconclusive', D27: 'inconclusive'
  })
  t.equal(result.verdict, 'FAIL')
})

t.test('a server that exits at the signal leaves no time for a second one, nor for a drain', { buffered: true }, async (t) => {
  const result = await held({ command: server('process.exit(0)'), atOnce: 12, clause: ['D1', 'D2', 'D4', 'D6', 'D7', 'D8', 'D9', 'D10', 'D12', 'D13', 'D20', 'D21'] })

  t.match(outcomes(result), { D1: 'fail', D4: 'fail', D6: 'fail', D12: 'inconclusive', D13: 'fail' })
  t.equal(result.verdict, 'FAIL')
})

t.test('a WebSocket server that does not heed SIGTERM says no goodbye, and has no closing to be met', { buffered: true }, async (t) => {
  const result = await held({ command: bare(others.webSocket), stopTimeout: 2, atOnce: 6, clause: ['D35', 'D36', 'D37', 'D38'] })

  t.match(outcomes(result), { D36: 'fail', D37: 'inconclusive', D38: 'inconclusive' })
})

t.test('an HTTP/2 server that exits at the signal says no GOAWAY, and answers no stream any more', { buffered: true }, async (t) => {
  const result = await held({ command: bare(others.http2), http2: true, atOnce: 6, clause: ['D23', 'D31', 'D32', 'D33', 'D34'] })

  t.match(outcomes(result), { D23: 'pass', D31: 'fail', D33: 'fail' })
  t.not(outcomes(result).D34, 'pass')
})

t.test('a path that is not slow proves nothing about requests in flight', { buffered: true }, async (t) => {
  const result = await held({ command: server('process.exit(0)'), slowPath: '/', atOnce: 12, clause: ['D13'] })

  t.match(result.clauses, [{ id: 'D13', outcome: 'not-applicable', sentence: /^\/ does not answer after half a second to five/ }])
})
