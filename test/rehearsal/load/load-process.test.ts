import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type http from 'node:http'
import t from 'tap'

import { arrivals } from '../../../lib/rehearsal/load/arrivals'
import { LoadProcess } from '../../../lib/rehearsal/load/index'
import { monotonic } from '../../../lib/rehearsal/monotonic'
import { seeded } from '../../../lib/rehearsal/random'
import type { Route } from '../../../types/rehearsal'
import { firstOf, headersOf, serving, started } from './server'

t.jobs = 3

const MEGABYTE = 1_024 * 1_024

/** How a server treats each path; what is not here is answered 200 with its own id as JSON. */
const TREATMENTS: Record<string, (request: http.IncomingMessage, response: http.ServerResponse) => void> = {
  '/wrong': (_request, response) => { response.writeHead(500).end() },
  '/cut': (_request, response) => { response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy()) },
  '/reset': ({ socket }) => { socket.resetAndDestroy() },
  '/closed': ({ socket }) => { socket.destroy() },
  '/balancer': (_request, response) => { response.writeHead(503, { 'x-rehearsal-cause': 'no target' }).end('sorry') }
}

const treat: http.RequestListener = (request, response) => {
  const treatment = TREATMENTS[request.url!]
  if (treatment) treatment(request, response)
  else response.end(JSON.stringify({ id: request.headers['x-rehearsal-id'], url: request.url }))
}

t.test('each answer is judged by what its route expects', async (t) => {
  const server = await serving(t, treat)
  const routes: Route[] = [
    { name: 'good', path: '/good/{int 1 9}', expect: { status: 200, json: { id: '{id}', url: '/good/{int 1 9}' }, includes: '"{id}"' } },
    { name: 'late', path: '/late', lateAfter: 0 },
    { name: 'other', path: '/other', expect: { json: { id: 'another' } } },
    ...Object.keys(TREATMENTS).map((path) => ({ name: path, path, expect: { status: 200 } }))
  ]
  const load = await started(t, { ports: [server.port], routes, rate: 500 })

  load.begin()
  await server.asked((requests) => new Set(requests.map(({ url }) => url!.split('/')[1])).size === routes.length)
  const { records } = await load.finish()

  t.match(firstOf(records, 'good'), { status: 200, whole: true, expected: true, late: false, node: 0, problem: undefined })
  t.match(firstOf(records, 'late'), { status: 200, whole: true, expected: true, late: true })
  t.match(firstOf(records, 'other'), { status: 200, whole: true, expected: false, late: false, problem: 'JSON other than expected at .id' })
  t.match(firstOf(records, '/wrong'), { status: 500, whole: true, expected: false, problem: 'status 500 instead of 200' })
  t.match(firstOf(records, '/cut'), { status: 200, bytes: 4, whole: false, expected: false, problem: 'cut after the header: connection closed' })
  t.match(firstOf(records, '/reset'), { status: undefined, whole: false, expected: false, problem: 'no answer: ECONNRESET' })
  t.match(firstOf(records, '/closed'), { status: undefined, whole: false, expected: false, problem: 'no answer: connection closed' })
  t.match(firstOf(records, '/balancer'), { status: 503, bytes: 5, balancer: 'no target', whole: true, expected: false, problem: '503 by the balancer: no target' })
  t.strictSame(records.map(({ id }) => id).sort(), headersOf(server.requests, 'x-rehearsal-id').sort(), 'each was sent once')
  const { planned, sent, firstByte, ended } = firstOf(records, 'good')!
  t.strictSame([planned, sent, firstByte!, ended], [planned, sent, firstByte!, ended].sort((a, b) => a - b))
})

t.test('a server that answers nothing is asked no less, and finish waits for what is under way', async (t) => {
  const held: http.ServerResponse[] = []
  let released = false
  const servers = await Promise.all([1, 2].map(() => serving(t, (_request, response) => {
    held.push(response)
    if (released) response.end() // sent before the end of the load, and come after it
  })))
  const load = await started(t, { ports: servers.map(({ port }) => port), seed: 7 })

  load.begin()
  await Promise.all(servers.map(({ asked }) => asked(() => held.length >= 40)))
  const finishing = load.finish()
  await t.rejects(load.probe({ name: 'late', node: 0, task: 1, how: 'fresh' }), { message: /after the end/ }, 'finish has been heard')
  released = true
  for (const response of held) response.end()
  const { records, lateness } = await finishing

  const byPlan = [...records].sort((a, b) => a.planned - b.planned)
  const arrival = arrivals(200, seeded(7, 'arrivals'))
  const planned = byPlan.map(() => arrival())
  const gaps = (instants: number[]): number[] => instants.slice(1).map((instant, index) => Math.round((instant - instants[index]!) * 1_000))
  t.strictSame(gaps(byPlan.map(({ planned }) => planned)), gaps(planned))
  t.strictSame(byPlan.map(({ node }) => node), byPlan.map((_, index) => index % 2), 'the nodes take turns')
  t.strictSame([records.length, records.filter(({ expected }) => expected).length, lateness.unsent], [held.length, held.length, 0])
})

t.test('a body is uploaded, and an answer read, in pieces over its time', async (t) => {
  const uploads: { digest: string, pieces: number }[] = []
  const server = await serving(t, (request, response) => {
    if (request.url === '/large') {
      response.writeHead(200, { 'content-length': 32 * MEGABYTE }).end(Buffer.alloc(32 * MEGABYTE))
    } else if (request.url === '/chunked') {
      response.write('a')
      response.end('b')
    } else {
      const hash = createHash('sha256')
      let pieces = 0
      request.on('data', (piece: Buffer) => {
        hash.update(piece)
        pieces++
      }).on('end', () => {
        uploads.push({ digest: hash.digest('hex'), pieces })
        response.end()
      })
    }
  })
  const load = await started(t, {
    ports: [server.port],
    routes: [
      { name: 'upload', method: 'POST', path: '/upload', bodyBytes: 100_003, uploadFor: 300 },
      { name: 'large', path: '/large', readFor: 600, expect: { bytes: 32 * MEGABYTE } },
      { name: 'chunked', path: '/chunked', readFor: 200, expect: { includes: 'ab' } }
    ]
  })

  t.strictSame(await load.rehearse(), [], 'nothing is wrong')
  await load.probe({ name: 'upload', node: 0, task: 1, how: 'fresh', route: 'upload' })
  await load.probe({ name: 'large', node: 0, task: 1, how: 'fresh', route: 'large' })
  await load.probe({ name: 'chunked', node: 0, task: 1, how: 'fresh', route: 'chunked' })
  const { records } = await load.finish()

  const digest = createHash('sha256').update(Buffer.alloc(100_003, 'x')).digest('hex')
  t.match(uploads, [{ digest, pieces: Number }, { digest, pieces: Number }])
  t.ok(uploads[0]!.pieces >= 5, 'it came in pieces')
  for (const [route, duration] of [['upload', 300], ['large', 600], ['chunked', 200]] as const) {
    const { expected, sent, ended } = firstOf(records, route)!
    t.ok(expected && ended - sent >= duration - 5, `${route} took its time`)
  }
})

t.test('a slow reader holds the server up, and what outlasts the patience is cut and recorded so', async (t) => {
  const answers: Record<string, http.ServerResponse> = {}
  const server = await serving(t, ({ url }, response) => {
    answers[url!] = response
    if (url !== '/silent') response.end(Buffer.alloc(32 * MEGABYTE))
  })
  const load = await started(t, {
    ports: [server.port],
    patience: 2_000,
    routes: [{ name: 'silent', path: '/silent' }, { name: 'slow', path: '/slow', readFor: 60_000 }, { name: 'quick', path: '/quick' }]
  })

  await load.probe({ name: 'silent', node: 0, task: 1, how: 'fresh', route: 'silent' })
  await load.probe({ name: 'slow', node: 0, task: 1, how: 'fresh', route: 'slow' })
  await server.asked(({ length }) => length === 2)
  await load.probe({ name: 'quick', node: 0, task: 1, how: 'fresh', route: 'quick' })
  await server.asked(({ length }) => length === 3)
  await once(answers['/quick']!, 'finish')
  const heldUp = !answers['/slow']!.writableFinished
  const { records } = await load.finish()

  t.ok(heldUp, 'an answer as large, and asked for later, had left the server before')
  t.match(firstOf(records, 'silent'), { status: undefined, whole: false, expected: false, problem: 'no answer: out of patience after 2 s' })
  t.match(firstOf(records, 'slow'), { status: 200, whole: false, expected: false, problem: 'cut after the header: still under way 2 s after the load' })
})

t.test('the rehearsal of routes says what is wrong, learns statuses, and stays out of the ledger', async (t) => {
  let created = 201
  const server = await serving(t, ({ url }, response) => { response.writeHead(url === '/learned' ? created : url === '/missing' ? 404 : 200).end() })
  const load = await started(t, {
    ports: [server.port],
    routes: [
      { name: 'after', path: '/after/{id of learned}' }, { name: 'learned', path: '/learned' }, { name: 'missing', path: '/missing' },
      { name: 'wrong', path: '/wrong', expect: { status: 204 } }, { name: 'never', path: '/never/{id of missing}' }
    ]
  })

  const problems = await load.rehearse()
  created = 200
  await load.probe({ name: 'later', node: 0, task: 1, how: 'pooled', route: 'learned' })
  const { records } = await load.finish()

  t.strictSame(problems.sort(), [
    "the route 'missing' is not answered as it should be: status 404 instead of one below 400",
    "the route 'never' could not be asked: it needs the id of a request that failed",
    "the route 'wrong' is not answered as it should be: status 200 instead of 204"
  ])
  const asked = server.requests.map(({ url }) => url!.split('/')[1]!)
  t.strictSame([...asked].sort(), ['after', 'learned', 'learned', 'missing', 'wrong'], 'each once, and the probe')
  t.ok(asked.indexOf('after') > asked.indexOf('learned'), 'none before those whose ids it needs')
  t.match(records, [{ route: 'learned', status: 200, problem: 'status 200 instead of 201' }])
  t.equal(records.length, 1)
})

t.test('an id of another route is one that was answered as expected', async (t) => {
  const answered = new Set<string>()
  const server = await serving(t, ({ method, headers }, response) => {
    const good = method === 'GET' || headersOf(server.requests, 'x-rehearsal-id').length % 2 === 0
    if (good) answered.add(String(headers['x-rehearsal-id']))
    response.writeHead(good ? 200 : 500).end()
  })
  const routes: Route[] = [{ name: 'order', method: 'POST', path: '/', body: '{id}' }, { name: 'read', path: '/{id of order}' }]
  const load = await started(t, { ports: [server.port], routes, rate: 500 })

  load.begin()
  await server.asked((requests) => requests.filter(({ method }) => method === 'GET').length >= 40)
  const { records } = await load.finish()

  const named = server.requests.filter(({ method }) => method === 'GET').map(({ url }) => url!.slice(1))
  t.strictSame(named.filter((id) => !answered.has(id)), [])
  t.ok(records.some(({ route, expected }) => route === 'order' && !expected), 'others there were')
})

t.test('a probe goes to its node with its pin, and its record has its name', async (t) => {
  const servers = await Promise.all([serving(t, treat), serving(t, treat)])
  const load = await started(t, { ports: servers.map(({ port }) => port), routes: [{ path: '/slow', readFor: 1 }, { path: '/' }] })
  const told = new Promise((resolve) => { load.onStatus = resolve })

  load.begin()
  const id = await load.probe({ name: 'T-1', node: 1, task: 3, how: 'split' })
  t.match(await told, { sent: Number, answered: Number, lost: 0, at: Number })
  const { records } = await load.finish()

  t.match(records.filter(({ probe }) => probe), [{ id, probe: 'T-1', route: 'GET /', node: 1, expected: true }])
  t.strictSame(headersOf(servers[1]!.requests, 'x-rehearsal-pin'), ['3;split'])
  t.strictSame(headersOf(servers[0]!.requests, 'x-rehearsal-pin'), [])
  await t.rejects(LoadProcess.start({ epoch: 0, seed: 1, ports: [1], rate: 1, routes: [] }), { message: /give at least one/ })
})

t.test('the process leaves signals to its parent, and ends when its parent is gone, whatever is under way', async (t) => {
  const server = await serving(t, ({ url }, response) => { if (url === '/slow') response.end('slow') })
  const child = fork(require.resolve('../../../lib/rehearsal/load/process'))
  const routes: Route[] = [{ path: '/silent' }, { path: '/slow', readFor: 60_000 }, { path: '/upload', body: 'upload', uploadFor: 60_000 }]

  child.send({ call: 1, ask: { type: 'start', options: { epoch: monotonic(), seed: 1, ports: [server.port], rate: 100, routes } } })
  child.send({ call: 2, ask: { type: 'begin' } })
  await server.asked((requests) => routes.every(({ path }) => requests.some(({ url }) => url === path)))
  child.kill('SIGTERM')
  child.kill('SIGINT')
  const { length: before } = server.requests
  await server.asked(({ length }) => length > before + 10)
  child.disconnect()
  const [code, signal] = await once(child, 'exit')

  t.strictSame([code, signal], [0, null])
})

t.test('failed tells of a process that ends by itself, and so does what was asked of it', async (t) => {
  const server = await serving(t, () => {})
  const before = childrenOf(process.pid)
  const load = await started(t, { ports: [server.port] })
  const [child] = childrenOf(process.pid).filter((pid) => !before.includes(pid))

  const rehearsing = load.rehearse()
  rehearsing.catch(() => {})
  await server.asked(({ length }) => length === 1)
  process.kill(child!, 'SIGKILL')

  await t.rejects(load.failed, { message: 'the process of the load has ended (SIGKILL)' })
  await t.rejects(rehearsing, { message: /has ended/ })
  await load.close()
  await load.close()
})

function childrenOf (pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
}
