import http from 'node:http'
import timers from 'node:timers/promises'
import t from 'tap'

import { brisk, startService } from '../helpers/child'
import { connects, get, probe, refused, Wire } from '../helpers/http'

t.jobs = 4

/** The force point comes 2.5 s after the signal. */
const hasty = { ...brisk, stopTimeout: 4_000, closeTimeout: 500, safetyMargin: 1_000, gracePeriod: 500 }
/** The lame duck may wait long for whoever holds it. */
const watchful = { ...brisk, maxDrainDelay: 5_000, gracePeriod: 500, closeTimeout: 500 }

t.test('health says 503 while every other route answers as before', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)
  t.match(await get(port, '/health'), { status: 200, body: '{"status":"ok"}' })

  child.send('SIGTERM')
  await child.phase('draining')

  t.match(await get(port, '/health'), { status: 503, body: '{"status":"draining"}', headers: { 'cache-control': 'no-store' } })
  t.match(await get(port, '/health/live'), { status: 200, body: '{"status":"ok"}' })
  t.match(await get(port, '/fast'), { status: 200, body: '{"ok":true}', headers: { connection: 'close' } })
  t.match(await get(port, '/no-such-route'), { status: 404 })
  t.strictSame(await child.exit, { code: 0, signal: null })
})

t.test('a task without traffic leaves when quiet and exits 0 with a report', { buffered: true }, async (t) => {
  const { child } = await startService(t)

  child.send('SIGTERM')

  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), {
    version: 1,
    trigger: 'SIGTERM',
    outcome: 'drained',
    exitCode: 0,
    left: 'quiet',
    cut: { requests: [], upgraded: 0, work: [] },
    clients: [],
    repeatedSignals: 0,
    errors: []
  })
  t.strictSame(child.lines.filter((line) => line.event === 'ecs-graceful').map((line) => line.phase), ['draining', 'closing', 'closed'])
})

t.test('an idle connection is not closed while draining, and a request on it is answered with Connection: close', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)
  const wire = await Wire.open(t, port)
  wire.write('GET /fast HTTP/1.1\r\nHost: x\r\n\r\n')
  await wire.until('{"ok":true}')

  child.send('SIGTERM')
  await child.phase('draining')
  wire.received = ''
  wire.write('GET /fast HTTP/1.1\r\nHost: x\r\n\r\n')
  await wire.until('{"ok":true}')

  t.match(wire.received.toLowerCase(), 'connection: close')
  await wire.closed
  t.notOk(wire.error)
  t.match((await child.report()).left, 'quiet')
})

t.test('traffic that goes on keeps the lame duck until its limit', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: { ...brisk, drainDelay: 200, quietPeriod: 200, maxDrainDelay: 900 } })

  child.send('SIGTERM')
  await child.phase('draining')
  while (!child.lines.some((line) => line.phase === 'closing')) await get(port, '/fast').catch(() => {})

  const report = await child.report()
  t.equal(report.left, 'limit')
  t.ok(report.served > 1)
})

t.test('a request longer than the drain delay is answered on its keep-alive connection, and the socket goes with it', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)
  const slow = get(port, '/slow/1500')
  await child.line((line) => line.msg === 'incoming request')

  child.send('SIGTERM')
  await child.phase('closing')
  await refused(port)

  t.match(await slow, { status: 200, body: '{"ok":true}', headers: { connection: 'close' } })
  t.strictSame(await child.exit, { code: 0, signal: null })
  t.match(await child.report(), { outcome: 'drained', served: 1 })
})

t.test('a stream whose headers are out when the signal comes is finished, and its keep-alive socket does not hold the task', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)
  const wire = await Wire.open(t, port)
  wire.write('GET /stream/1200 HTTP/1.1\r\nHost: x\r\n\r\n')
  await wire.until('first')

  child.send('SIGTERM')
  await wire.until('last')

  t.match(wire.received.toLowerCase(), 'connection: keep-alive')
  await wire.closed
  t.strictSame(await child.exit, { code: 0, signal: null })
})

t.test('a handler that writes Connection: keep-alive itself does not keep its socket open', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)

  child.send('SIGTERM')
  await child.phase('draining')
  const wire = await Wire.open(t, port)
  wire.write('GET /stubborn HTTP/1.1\r\nHost: x\r\n\r\n')
  await wire.until('ok')

  t.match(wire.received, /connection: close/i)
  t.notMatch(wire.received, /keep-alive/i)
  await wire.closed
})

t.test('a handler that never answers is cut at the force point and named by its route', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: hasty })
  const wire = await Wire.open(t, port)
  wire.write('GET /never?token=secret HTTP/1.1\r\nHost: x\r\n\r\n')
  await child.line((line) => line.msg === 'incoming request')

  child.send('SIGTERM')
  await wire.closed

  t.strictSame(await child.exit, { code: 1, signal: null })
  const { outcome, cut } = await child.report()
  t.equal(outcome, 'cut')
  t.match(cut.requests, [{ method: 'GET', route: '/never', atLeast: Number }])
  t.notMatch(JSON.stringify(cut), 'secret')
})

t.test('a client that connects and says nothing does not hold the task, and one with half a header is told 408', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)
  const silent = await Wire.open(t, port)
  const half = await Wire.open(t, port)
  half.write('GET /fast HTTP/1.1\r\nHo')
  await get(port, '/fast') // the loop has turned: both are accepted

  child.send('SIGTERM')

  await Promise.all([silent.closed, half.closed])
  t.equal(silent.received, '')
  t.match(half.received, 'HTTP/1.1 408')
  t.strictSame(await child.exit, { code: 0, signal: null })
})

t.test('half of a second header on a used connection is told 408 too', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)
  const wire = await Wire.open(t, port)

  child.send('SIGTERM')
  await child.phase('draining')
  wire.write('POST /guarded HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 4\r\n\r\n')
  await wire.until('401')
  wire.write('bodyGET /fast HT')

  await wire.closed
  t.match(wire.received, /401.*408/s)
  t.strictSame(await child.exit, { code: 0, signal: null })
})

t.test('a slow upload that fits is answered', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)
  const wire = await Wire.open(t, port)
  wire.write('POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 20\r\n\r\n0123456789')
  await child.line((line) => line.msg === 'incoming request')

  child.send('SIGTERM')
  await child.phase('closing')
  wire.write('0123456789')
  await wire.until('{"bytes":20}')

  t.strictSame(await child.exit, { code: 0, signal: null })
})

t.test('a slow upload that does not fit is told so, and named', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: hasty })
  const wire = await Wire.open(t, port)
  wire.write('POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: 20\r\n\r\n0123456789')
  await child.line((line) => line.msg === 'incoming request')

  child.send('SIGTERM')
  await wire.until('HTTP/1.1 503')

  t.strictSame(await child.exit, { code: 1, signal: null })
  t.match((await child.report()).cut.requests, [{ method: 'POST', route: '/upload' }])
})

t.test('400 connections that wait in the accept queue when the listener is about to close are all answered', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { env: { BLOCK_AT: 'closing' }, options: { ...brisk, stopTimeout: 60_000 } })
  const agent = new http.Agent({ keepAlive: true, maxSockets: Infinity })

  child.send('SIGTERM')
  await child.phase('closing') // its loop stands still, just before the listener closes
  const wires = await Promise.all(Array.from({ length: 400 }, () => Wire.open(t, port)))
  for (const wire of wires) wire.write('GET /fast HTTP/1.1\r\nHost: x\r\n\r\n')
  child.unblock()
  const answers = await Promise.allSettled(wires.map((wire) => wire.until('{"ok":true}')))

  t.strictSame(answers.filter(({ status }) => status === 'rejected'), [])
  t.match(await child.report(), { outcome: 'drained', accepted: 400, served: 400, errors: [] })
  agent.destroy()
})

t.test('40 early 401s to running 4 MB uploads all arrive', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: { ...brisk, drainDelay: 1_000 } })
  const body = Buffer.alloc(4 * 1024 * 1024)

  child.send('SIGTERM')
  await child.phase('draining')
  const answers = await Promise.allSettled(Array.from({ length: 40 }, async () => await new Promise<number>((resolve, reject) => {
    const agent = new http.Agent({ keepAlive: true })
    const headers = { 'content-type': 'application/octet-stream' }
    const request = http.request({ port, host: '127.0.0.1', path: '/guarded', method: 'POST', agent, headers })
    request.on('response', (response) => resolve(response.resume().statusCode!)).on('error', reject)
    request.end(body)
  })))

  t.strictSame(answers, Array.from({ length: 40 }, () => ({ status: 'fulfilled', value: 401 })))
  t.strictSame(await child.exit, { code: 0, signal: null })
})

t.test('every health checker is told before the task leaves, each by its own count', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: { ...watchful, drainDelay: 100, quietPeriod: 100 } })
  await probe(port, '127.0.0.1')
  await probe(port, '127.0.0.2')

  child.send('SIGTERM')
  await child.phase('draining')
  await probe(port, '127.0.0.1')
  await probe(port, '127.0.0.1')
  await probe(port, '127.0.0.2')
  await timers.setTimeout(400) // far beyond drain delay and quiet period: only the second checker can still hold it
  t.equal(await connects(port), 'accepted')
  t.match(await probe(port, '127.0.0.2'), { status: 503 })

  t.equal((await child.report()).left, 'told')
})

t.test('a user who poses as a health checker through the balancer is not counted as one', { buffered: true }, async (t) => {
  const { child, port } = await startService(t)

  child.send('SIGTERM')
  await child.phase('draining')
  for (let times = 0; times < 3; times++) {
    await get(port, '/health', { headers: { 'user-agent': 'ELB-HealthChecker/2.0', 'x-forwarded-for': '203.0.113.9' } })
  }

  t.equal((await child.report()).left, 'quiet')
})

t.test('probes of the health routes are no traffic', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: { ...watchful, drainDelay: 400, quietPeriod: 400 } })

  child.send('SIGTERM')
  await child.phase('draining')
  while (!child.lines.some((line) => line.phase === 'closing')) await get(port, '/health/live?from=container').catch(() => {})

  t.match(await child.report(), { left: 'quiet', served: 0 })
})

t.test('a slow reader of a large answer gets all of it', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: { ...brisk, stopTimeout: 30_000 } })
  const readers = await Promise.all(Array.from({ length: 5 }, () => Wire.open(t, port)))
  for (const reader of readers) {
    reader.socket.pause()
    reader.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n')
  }
  await child.line((line) => line.largeSent === 5)

  child.send('SIGTERM')
  await refused(port) // the listener is closed, and the answers are still on their way
  for (const reader of readers) reader.socket.resume()

  await Promise.all(readers.map(({ closed }) => closed))
  t.strictSame(readers.map(({ received }) => received.endsWith('the end') && received.length > 20_000_000), Array(5).fill(true))
  t.match(await child.report(), { outcome: 'drained', served: 5 })
})

t.test('requests that came while the loop stood still are answered', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { env: { BLOCK_AT: 'draining' }, options: { ...brisk, stopTimeout: 30_000, drainDelay: 100, quietPeriod: 100 } })

  child.send('SIGTERM')
  await child.phase('draining') // stands still, far beyond the drain delay
  const wires = await Promise.all(Array.from({ length: 20 }, () => Wire.open(t, port)))
  await timers.setTimeout(300)
  for (const wire of wires) wire.write('GET /slow/10 HTTP/1.1\r\nHost: x\r\n\r\n')
  child.unblock()

  const answers = await Promise.allSettled(wires.map((wire) => wire.until('{"ok":true}')))
  t.strictSame(answers.filter(({ status }) => status === 'rejected'), [])
  t.match(await child.report(), { outcome: 'drained', served: 20 })
})

t.test('a header that trickles in does not hold the task', { buffered: true }, async (t) => {
  const { child, port } = await startService(t, { options: { ...brisk, stopTimeout: 40_000 } })
  const wire = await Wire.open(t, port)
  const trickle = setInterval(() => wire.write('x'), 300)
  t.teardown(() => clearInterval(trickle))
  wire.write('GET /fast HTTP/1.1\r\nX-Slow: ')
  await get(port, '/fast')

  child.send('SIGTERM')

  await wire.closed
  t.match(wire.received, 'HTTP/1.1 408')
  t.strictSame(await child.exit, { code: 0, signal: null })
})
