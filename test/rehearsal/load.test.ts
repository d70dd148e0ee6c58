import type http from 'node:http'
import net from 'node:net'
import { once } from 'node:events'
import t, { type Test } from 'tap'

import { Load } from '../../lib/rehearsal/load'
import { CAUSE } from '../../lib/rehearsal/node'
import type { RequestKind, RequestRecord } from '../../lib/rehearsal/types'
import { deadPort, listening, until } from './fixtures/servers'

const kind = (name: string, weight = 1): RequestKind => ({
  name,
  weight,
  make: (random) => ({
    method: 'GET',
    path: `/${name}/${random()}`,
    check: ({ status, body }) => status === 200 && body === 'ok' ? undefined : `answered ${status} ${body}`
  })
})

const ok: http.RequestListener = (_request, response) => { response.end('ok') }

/** A load that has been run until `enough` of it says so. */
async function loaded (
  ports: readonly number[], enough: (load: Load) => boolean, { kinds = [kind('one')], seed = 1, rate = 500 } = {}
): Promise<Load> {
  const began = performance.now()
  const load = new Load({ ports, kinds, rate, seed, now: () => performance.now() - began })
  const stop = new AbortController()
  const running = load.run(stop.signal)
  await until(() => enough(load))
  stop.abort()
  await running
  return load
}

const sent = (times: number) => (load: Load) => load.sent >= times
const inOrder = ({ records }: Load): RequestRecord[] => [...records].sort((a, b) => a.planned - b.planned)
/** When requests were meant to be sent, counted from the first. */
const plan = (load: Load): number[] => inOrder(load).slice(0, 20).map(({ planned }, _, [first]) => Math.round(planned - first!.planned))

/** A server that answers nothing before it is released. */
async function stalling (t: Test): Promise<{ port: number, waiting: http.ServerResponse[], release: () => boolean }> {
  const waiting: http.ServerResponse[] = []
  let released = false
  const { port } = await listening(t, (_request, response) => {
    if (released) response.end('ok')
    else waiting.push(response)
  })
  const release = (): boolean => {
    for (const response of waiting) response.end('ok')
    return (released = true)
  }
  return { port, waiting, release }
}

async function one (t: Test, handler: http.RequestListener): Promise<RequestRecord> {
  const { port } = await listening(t, handler)
  return (await loaded([port], sent(1))).records[0]!
}

t.test('a server that stalls is asked no less, and at the same instants', async (t) => {
  const [fast, stalled] = [await listening(t, ok), await stalling(t)]
  const answered = await loaded([fast.port], sent(20))

  const unanswered = await loaded([stalled.port], () => stalled.waiting.length >= 20 && stalled.release())

  t.strictSame(plan(unanswered), plan(answered))
})

t.test('the same seed asks for the same things, another seed for others', async (t) => {
  const kinds = [kind('one'), kind('two', 3)]
  const paths = async (seed: number): Promise<unknown[]> => {
    const server = await listening(t, ok)
    await loaded([server.port], sent(30), { kinds, seed, rate: 100 })
    return server.requests.slice(0, 30).map(({ url }) => url).sort()
  }

  const [first, again, other] = await Promise.all([paths(1), paths(1), paths(2)])

  t.strictSame(again, first)
  t.not(String(other), String(first))
})

t.test('kinds come as often as their weights say', async (t) => {
  const server = await listening(t, ok)

  const { records } = await loaded([server.port], sent(200), { kinds: [kind('rare'), kind('often', 3)], rate: 2_000 })

  const rare = records.filter(({ kind }) => kind === 'rare').length / records.length
  t.ok(rare > 0.15 && rare < 0.35, `${rare} is about a quarter`)
})

t.test('the nodes take turns', async (t) => {
  const nodes = [await listening(t, ok), await listening(t, ok)]

  const load = await loaded(nodes.map(({ port }) => port), sent(10))

  t.equal(nodes[0]!.requests.length, Math.ceil(load.sent / 2))
  t.equal(nodes[1]!.requests.length, Math.floor(load.sent / 2))
})

t.test('what is under way when the load ends is waited for and counted', async (t) => {
  const { port, waiting, release } = await stalling(t)

  const running = loaded([port], sent(5))
  await until(() => waiting.length >= 5)
  release()
  const { records, sent: count, lost } = await running

  t.strictSame({ count, lost }, { count: records.length, lost: 0 })
})

t.test('an answer that passes its check is no loss', async (t) => {
  const record = await one(t, ok)

  t.match(record, { kind: 'one', status: 200, planned: Number, sent: Number, ended: Number })
  t.equal(record.lost, undefined)
  t.ok(record.ended >= record.sent)
})

t.test('an answer that does not pass is lost, in the words of its check', async (t) => {
  t.match(await one(t, (_request, response) => { response.writeHead(500).end('no') }), { status: 500, lost: 'answered 500 no' })
})

t.test('an answer that the balancer made is lost with its status and cause, whatever the check would say', async (t) => {
  t.match(await one(t, (_request, response) => { response.writeHead(200, { [CAUSE]: 'ECONNREFUSED' }).end('ok') }), { lost: '200 ECONNREFUSED' })
  t.match(await one(t, (_request, response) => { response.writeHead(502, { [CAUSE]: 'ECONNRESET' }).end() }), { status: 502, lost: '502 ECONNRESET' })
})

t.test('an answer that ends early is lost as cut', async (t) => {
  const record = await one(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('ok', () => { response.destroy() })
  })

  t.match(record, { lost: 'cut ECONNRESET' })
})

t.test('a request that gets no answer is lost as cut', async (t) => {
  const rude = net.createServer((socket) => { socket.once('data', () => socket.destroy()).on('error', () => {}) }).listen(0, '127.0.0.1')
  await once(rude, 'listening')
  t.teardown(() => rude.close())

  const cut = await loaded([(rude.address() as net.AddressInfo).port], sent(1))
  const refused = await loaded([await deadPort(t)], sent(1))

  t.match(cut.records[0], { lost: 'cut ECONNRESET' })
  t.match(refused.records[0], { lost: 'cut ECONNREFUSED' })
  t.strictSame([cut.lost, refused.lost], [cut.sent, refused.sent])
})
