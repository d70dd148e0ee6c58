import { once } from 'node:events'
import net from 'node:net'
import http from 'node:http'
import t, { type Test } from 'tap'

import { ask, gone, rig, served, until, type Rig, type Served } from './rig'

const named = (name: string): http.RequestListener => (_request, response) => { response.end(name) }

/** A balancer far from its one target, with one idle connection to it. */
async function pooled (t: Test, oneWayDelay: number): Promise<{ target: Served, rigged: Rig, idle: net.Socket, port: number }> {
  const target = await served(t, named('a'))
  const rigged = await rig(t, { oneWayDelay })
  await rigged.serving(1, target.port)
  const port = rigged.ports[0]!
  await ask(port, '/', { id: 'first' })
  return { target, rigged, idle: target.asked[0]!.socket, port }
}

t.test('a request and a FIN that cross on the way are a 502, and the request is not sent again', async (t) => {
  const { target, rigged, idle, port } = await pooled(t, 50)

  idle.destroy()
  const answer = await ask(port, '/', { id: 'second', pin: '1;pooled' })

  t.match(answer, { status: 502, headers: { 'x-rehearsal-cause': 'closed by the target' } })
  t.match(await rigged.records(2), [{ connection: 1, use: 1 }, { connection: 1, use: 2, outcome: 'cut-before-header' }])
  t.equal(target.asked.length, 1)
})

t.test('once a FIN has arrived, the next request goes on a new connection', async (t) => {
  const { rigged, idle, port } = await pooled(t, 1)

  idle.end()
  await gone(idle) // the node's own FIN has come back
  const answer = await ask(port, '/', { id: 'second', pin: '1;pooled' })

  t.match(answer, { status: 200 })
  t.match(await rigged.records(2), [{ connection: 1 }, { connection: 2, use: 1 }])
})

for (const how of ['FIN', 'reset'] as const) {
  t.test(`when a task that is being stopped closes an idle connection with a ${how}, a request is made to cross it`, async (t) => {
    const { target, rigged, idle, port } = await pooled(t, 1)

    rigged.balancer.stopping(1)
    if (how === 'FIN') idle.destroy()
    else idle.resetAndDestroy()
    await until(() => rigged.crossings.length > 0)
    const answer = await ask(port, '/', { id: 'second', pin: '1;crossing' })

    t.match(answer, { status: 502 })
    t.match(await rigged.records(2), [{ connection: 1, use: 1 }, { connection: 1, use: 2, outcome: 'cut-before-header' }])
    t.strictSame(rigged.crossings, [1])
    t.equal(target.asked.length, 1)
  })
}

t.test('a goodbye is held back for a pinned request only: others go elsewhere, and without one it is passed on', async (t) => {
  const { rigged, idle, port } = await pooled(t, 1)

  rigged.balancer.stopping(1)
  idle.end()
  await until(() => rigged.crossings.length > 0)
  const other = await ask(port, '/', { id: 'second' })
  await gone(idle)

  t.match(other, { status: 200 })
  t.match(await rigged.records(2), [{ connection: 1 }, { connection: 2 }])
})

t.test('no goodbye is held back for a task that is not being stopped, or from which the node has looked away', async (t) => {
  const [running, left] = [await pooled(t, 1), await pooled(t, 1)]

  left.rigged.balancer.stopping(1)
  await left.rigged.away(1)
  for (const { idle } of [running, left]) idle.end()
  await Promise.all([gone(running.idle), gone(left.idle)])

  t.strictSame([...running.rigged.crossings, ...left.rigged.crossings], [])
})

t.test('at most three goodbyes are held back in one stop', async (t) => {
  const waiting: http.ServerResponse[] = []
  const target = await served(t, (_request, response) => { waiting.push(response) })
  const { balancer, ports, serving, crossings } = await rig(t, { oneWayDelay: 1 })
  await serving(1, target.port)
  const answers = Array.from({ length: 5 }, () => ask(ports[0]!))
  await until(() => waiting.length === 5)
  for (const response of waiting) response.end()
  await Promise.all(answers)

  balancer.stopping(1)
  const sockets = target.asked.map(({ socket }) => socket)
  for (const socket of sockets) socket.end()
  await Promise.all(sockets.map(gone))

  t.strictSame(crossings, [1, 1, 1])
})

t.test('three connections stay idle for the signal however many requests come, and are used again once it is over', async (t) => {
  const waiting: http.ServerResponse[] = []
  const target = await served(t, (_request, response) => { waiting.push(response) })
  const { balancer, ports, serving, records } = await rig(t)
  await serving(1, target.port)
  balancer.stopping(1)
  const together = async (...ids: string[]): Promise<void> => {
    const answers = ids.map((id) => ask(ports[0]!, '/', { id }))
    await until(() => waiting.length === ids.length)
    for (const response of waiting.splice(0)) response.end()
    await Promise.all(answers)
  }
  await together('a', 'b', 'c', 'd')
  await together('e', 'f')
  balancer.release(1)
  await together('g', 'h', 'i', 'j', 'k')

  const used = await records(11)
  const connections = (...ids: string[]): number[] => used.filter(({ id }) => ids.includes(id)).map(({ connection }) => connection!).sort()
  t.strictSame(connections('a', 'b', 'c', 'd'), [1, 2, 3, 4])
  t.equal(connections('e', 'f')[1], 5, 'one of the four was to be had')
  t.strictSame(connections('g', 'h', 'i', 'j', 'k'), [1, 2, 3, 4, 5])
})

t.test('a split request shows the target the first half of its header, and the rest when it is released', async (t) => {
  let seen = ''
  const server = net.createServer((socket) => {
    let text = ''
    socket.on('error', () => {}).on('data', (chunk) => {
      text += String(chunk)
      if (!text.includes('health')) seen = text
      if (text.endsWith('\r\n\r\n')) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { balancer, ports, serving } = await rig(t)
  await serving(1, (server.address() as net.AddressInfo).port)

  const answer = ask(ports[0]!, '/', { id: 'a', pin: '1;split' })
  await balancer.ledger.dispatched('a')
  await until(() => seen !== '')
  const half = seen
  balancer.release(1)

  t.match(await answer, { status: 200 })
  t.match(half, /^GET \/ HTTP/)
  t.notMatch(half, '\r\n\r\n')
  t.match(seen, /\r\n\r\n$/)
  t.ok(Math.abs(half.length - seen.length / 2) <= 1)
})

t.test('a pinned request goes to its task and connection, until the node looks away: then it goes where any other does', async (t) => {
  const [one, two] = [await served(t, named('one')), await served(t, named('two'))]
  const { ports, serving, away, records } = await rig(t)
  await Promise.all([serving(1, one.port), serving(2, two.port)])
  const pinned = async (id: string, pin: string): Promise<string> => (await ask(ports[0]!, '/', { id, pin })).body

  const before = [await pinned('a', '1;pooled'), await pinned('b', '1;pooled'), await pinned('c', '1;fresh')]
  await away(1)
  const after = [await pinned('d', '1;pooled'), await pinned('e', '1;fresh')]

  t.strictSame(before, ['one', 'one', 'one'])
  t.strictSame(after, ['two', 'two'])
  t.match(await records(5), [
    { task: 1, connection: 1, use: 1 }, { task: 1, connection: 1, use: 2 }, { task: 1, connection: 2, use: 1 },
    { task: 2, connection: 3, use: 1 }, { task: 2, connection: 3, use: 2 }
  ])
})
