import t from 'tap'

import { arrivals } from '../../../lib/rehearsal/load/arrivals'
import { chosen } from '../../../lib/rehearsal/load/choice'
import { nameOf, problemsOf } from '../../../lib/rehearsal/load/index'
import { problemWith } from '../../../lib/rehearsal/load/judge'
import { latenessOf } from '../../../lib/rehearsal/load/lateness'
import { prepared, messageOf } from '../../../lib/rehearsal/load/prepared-route'
import { probeRoute } from '../../../lib/rehearsal/load/probe-route'
import { RecentIds } from '../../../lib/rehearsal/load/recent-ids'
import { missingIn } from '../../../lib/rehearsal/load/subset'
import { filled, filledText, templateOf, templatesIn } from '../../../lib/rehearsal/load/template'
import { drawn } from '../../../lib/rehearsal/load/values'
import { seeded } from '../../../lib/rehearsal/random'
import type { Route } from '../../../types/rehearsal'

/** Instants of the first `seconds` at 100 a second. */
function instants (seed: number, seconds: number): number[] {
  const next = arrivals(100, seeded(seed, 'arrivals'))
  const found: number[] = []
  for (let instant = next(); instant < seconds * 1_000; instant = next()) found.push(instant)
  return found
}

t.test('arrivals are Poisson: counts have a variance as large as their mean', async (t) => {
  const seconds = 2_000

  const counts = Array.from({ length: seconds }, () => 0)
  for (const instant of instants(1, seconds)) counts[Math.floor(instant / 1_000)]!++

  const mean = counts.reduce((sum, count) => sum + count, 0) / seconds
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / seconds
  t.ok(mean > 98 && mean < 102, `mean ${mean}`)
  t.ok(variance > 85 && variance < 115, `variance ${variance}`)
})

t.test('arrivals are the same for a seed, and others for another', async (t) => {
  t.strictSame(instants(1, 5), instants(1, 5))
  t.not(String(instants(1, 5)), String(instants(2, 5)))
})

t.test('routes are chosen as often as their weights say, and never without weight', async (t) => {
  const random = seeded(1)
  const routes = [{ name: 'none', weight: 0 }, { name: 'rare', weight: 1 }, { name: 'often', weight: 3 }]

  const names = Array.from({ length: 4_000 }, () => chosen(routes, random, () => true)!.name)

  const rare = names.filter((name) => name === 'rare').length
  t.ok(rare > 900 && rare < 1_100, `${rare} of 4000`)
  t.notOk(names.includes('none'))
})

t.test('in place of a route that cannot be asked the next one is, with one draw all the same', async (t) => {
  const routes = [{ name: 'a', weight: 1 }, { name: 'b', weight: 1 }, { name: 'c', weight: 1 }]
  let draws = 0
  const last = (): number => {
    draws++
    return 0.99
  }

  t.equal(chosen(routes, last, ({ name }) => name !== 'c')!.name, 'a')
  t.equal(chosen(routes, last, () => false), undefined)
  t.equal(draws, 2)
})

t.test('a template is an id, a whole number or the id of a route, and nothing else', async (t) => {
  t.strictSame(templateOf('id'), { kind: 'id' })
  t.strictSame(templateOf('int -5 800'), { kind: 'int', least: -5, most: 800 })
  t.strictSame(templateOf('id of GET /a b'), { kind: 'id of', route: 'GET /a b' })
  for (const text of ['ID', 'int', 'int 1', 'int 1.5 2', 'int 9 1', 'int 1 2 3', 'uuid', 'id of']) t.equal(templateOf(text), undefined, text)
})

t.test('templates are found anywhere in a value, and braces of JSON are none', async (t) => {
  t.strictSame(templatesIn({ a: ['{id}', 'x{int 1 2}{id}'], '{id of b}': { c: 1 } }), ['id', 'int 1 2', 'id of b'])
  t.strictSame(templatesIn('{"a":{"b":{}},"c":"{id}"} { name }'), ['id'])
})

t.test('templates are filled in everywhere, and a lone number is a number', async (t) => {
  const values = new Map([['id', 'x'], ['int 1 9', '7']])

  t.equal(filledText('/a/{id}?n={int 1 9}&{other}', values), '/a/x?n=7&{other}')
  t.strictSame(filled({ id: '{id}', n: '{int 1 9}', text: 'n{int 1 9}', '{id}': [null, true, 1] }, values), { id: 'x', n: 7, text: 'n7', x: [null, true, 1] })
})

t.test('values are drawn within their range, ends included, and picked from the recent ids', async (t) => {
  const recent = new RecentIds()
  recent.add('orders', 'only')
  const random = seeded(1)

  const all = Array.from({ length: 200 }, () => drawn(['id', 'int 1 3', 'id of orders'], 'own', recent, random))

  t.strictSame([...new Set(all.map((values) => values.get('int 1 3')))].sort(), ['1', '2', '3'])
  t.strictSame([...new Set(all.map((values) => `${values.get('id')} ${values.get('id of orders')}`))], ['own only'])
})

t.test('the last 1,000 ids are kept, each as likely as the other', async (t) => {
  const recent = new RecentIds()
  for (let id = 0; id < 2_500; id++) recent.add('orders', String(id))
  const random = seeded(1)

  const picked = Array.from({ length: 20_000 }, () => Number(recent.pick('orders', random)))

  t.ok(Math.min(...picked) >= 1_500)
  t.ok(new Set(picked).size > 990)
  t.strictSame([recent.has('others'), recent.pick('others', random)], [false, undefined])
})

t.test('a value holds what is wanted if each part of it does', async (t) => {
  const actual = { id: 'a', items: [{ sku: 'x', quantity: 1 }, null], total: null }

  t.equal(missingIn(actual, { id: 'a', items: [{ sku: 'x' }, null] }), undefined)
  t.equal(missingIn(actual, {}), undefined)
  t.equal(missingIn(actual, { id: 'b' }), '.id')
  t.equal(missingIn(actual, { items: [{ sku: 'y' }, null] }), '.items[0].sku')
  t.equal(missingIn(actual, { items: [{ sku: 'x' }] }), '.items', 'an array that is longer is another')
  t.equal(missingIn(actual, { total: {} }), '.total')
  t.equal(missingIn(actual, { toString: null }), '.toString', 'what is inherited does not count')
  t.equal(missingIn([], {}), '.')
  t.equal(missingIn(1, '1'), '.')
})

t.test('what is wrong with an answer is said in words that do not vary with ids and ports', async (t) => {
  const answer = { status: 200, ended: 1, bytes: 8, text: '{"n": 1}' }

  t.equal(problemWith(answer, { status: 200, bytes: 8, includes: 'n', json: { n: 1 } }), undefined)
  t.equal(problemWith({ ...answer, status: 302 }, {}), undefined)
  t.equal(problemWith({ ...answer, status: 404 }, {}), 'status 404 instead of one below 400')
  t.equal(problemWith(answer, { status: 201 }), 'status 200 instead of 201')
  t.equal(problemWith(answer, { bytes: 9 }), '8 bytes instead of 9')
  t.equal(problemWith(answer, { includes: 'm' }), 'without the expected text')
  t.equal(problemWith(answer, { json: { n: 2 } }), 'JSON other than expected at .n')
  t.equal(problemWith({ ...answer, text: '{' }, { json: {} }), 'not JSON')
  t.equal(problemWith({ ...answer, broken: 'ECONNRESET' }, { bytes: 9 }), 'cut after the header: ECONNRESET')
  t.equal(problemWith({ ended: 1, bytes: 0, broken: 'ECONNREFUSED' }, {}), 'no answer: ECONNREFUSED')
  t.equal(problemWith({ ...answer, status: 502, balancer: 'refused' }, { status: 502 }), '502 by the balancer: refused', 'expected or not')
})

t.test('a body of JSON says so, unless the route says otherwise; a text says nothing', async (t) => {
  const values = new Map([['id', 'x']])
  const headersOf = (route: Partial<Route>): unknown => messageOf(prepared({ path: '/', method: 'POST', ...route }), values).headers

  t.strictSame(headersOf({ body: { id: '{id}' } }), { 'content-type': 'application/json', 'content-length': 10, 'x-rehearsal-id': 'x' })
  t.match(headersOf({ body: {}, headers: { 'Content-Type': 'application/x+json' } }), { 'content-type': 'application/x+json' })
  t.strictSame(headersOf({ body: 'é{id}' }), { 'content-length': 3, 'x-rehearsal-id': 'x' })
  t.strictSame(headersOf({ bodyBytes: 10 }), { 'content-length': 10, 'x-rehearsal-id': 'x' })
})

t.test('a probe without a route takes the fastest that only asks, as the rehearsal of routes has shown', async (t) => {
  const given: Route[] = [
    { name: 'changes', path: '/', method: 'DELETE' }, { name: 'body', path: '/', body: '' }, { name: 'read slowly', path: '/', readFor: 1 },
    { name: 'slow', path: '/' }, { name: 'fast', path: '/{id of slow}' }, { name: 'unknown', path: '/' }
  ]
  const routes = given.map(prepared)
  const durations = new Map([['changes', 1], ['body', 2], ['read slowly', 1], ['slow', 3_000], ['fast', 4]])

  t.equal(probeRoute(routes, durations).name, 'fast')
  t.equal(probeRoute(routes, new Map()).name, 'slow', 'the first, where nothing is known')
  t.equal(probeRoute(routes.slice(0, 3), durations).name, 'changes')
  t.equal(probeRoute(routes.slice(2, 3), durations).name, 'read slowly')
  t.equal(probeRoute(routes, durations, 'body').name, 'body')
  t.throws(() => probeRoute(routes, durations, 'x'), { message: /no route 'x'/ })
})

t.test('lateness is that of the open load, by nearest rank', async (t) => {
  const records = Array.from({ length: 2_000 }, (_, index) => ({ planned: 10, sent: 11 + index }))

  t.strictSame(latenessOf([...records, { probe: 'p', planned: 0, sent: 9_999 }], 3), { median: 1_000, p999: 1_998, max: 2_000, unsent: 3 })
  t.strictSame(latenessOf([], 0), { median: 0, p999: 0, max: 0, unsent: 0 })
})

t.test('a route is called by its name, or by method and path', async (t) => {
  t.strictSame([nameOf({ path: '/a' }), nameOf({ method: 'PUT', path: '/a' }), nameOf({ name: 'a', path: '/b' })], ['GET /a', 'PUT /a', 'a'])
})

t.test('routes without problems have none', async (t) => {
  t.strictSame(problemsOf([
    { path: '/' },
    { name: 'orders', method: 'post', path: '/orders?n={int 1 9}', headers: { 'X-A': '{id}' }, body: { id: '{id}' }, weight: 0.5, expect: { status: 201 } },
    { name: 'order', path: '/orders/{id of orders}', weight: 0, readFor: 0, lateAfter: 0 }
  ]), [])
})

const circular: Record<string, unknown> = {}
circular.self = circular

const ROWS: readonly (readonly [fact: string, routes: readonly Route[], problem: RegExp])[] = [
  ['no route', [], /give at least one/],
  ['a name twice', [{ path: '/' }, { path: '/' }], /'GET \/' is there more than once: give each/],
  ['a path without slash', [{ path: 'a' }], /'GET a' has the path 'a': let it begin with a slash/],
  ['a path that no request can have', [{ path: '/a b' }], /encode them/],
  ['an unknown method', [{ method: 'FETCH', path: '/' }], /the method 'FETCH'/],
  ['a header that cannot be sent', [{ path: '/', headers: { 'a b': 'c' } }], /the header 'a b', which cannot be sent/],
  ['body and bodyBytes', [{ path: '/', body: '', bodyBytes: 1 }], /both body and bodyBytes: leave one out/],
  ['a body that is no JSON', [{ path: '/', body: circular }], /cannot be written as JSON/],
  ['uploadFor without a body', [{ path: '/', uploadFor: 1 }], /uploadFor and nothing to upload: add/],
  ['a negative number', [{ path: '/', weight: -1 }], /has weight -1: give a number of at least 0/],
  ['a number without end', [{ path: '/', readFor: Infinity }], /has readFor Infinity/],
  ['no number', [{ path: '/', lateAfter: NaN }], /has lateAfter NaN/],
  ['half a byte', [{ path: '/', bodyBytes: 0.5 }], /has bodyBytes 0.5: give a whole number/],
  ['a wrong number in what is expected', [{ path: '/', expect: { bytes: -1 } }], /has expect.bytes -1/],
  ['an unknown template', [{ path: '/', expect: { json: { a: ['{uuid}'] } } }], /the unknown template '\{uuid\}': use/],
  ['the id of no route', [{ path: '/{id of x}' }], /needs an \{id of x\}, and there is no such route: add it/],
  ['ids that wait for each other', [{ path: '/' }, { name: 'a', path: '/{id of b}' }, { name: 'b', path: '/{id of a}' }], /'a' can never be asked/],
  ['no weight at all', [{ path: '/', weight: 0 }], /give at least one a weight/]
]

for (const [fact, routes, problem] of ROWS) {
  t.test(`problemsOf names ${fact}, and what to do`, async (t) => {
    t.match(problemsOf(routes)[0], problem)
  })
}
