import t from 'tap'

import fastify, { type RouteOptions } from 'fastify'

import { printedRoutes } from '../../lib/core/printed-routes'

/** What is read from the tree that Fastify prints of these routes, each as `METHOD url`. */
async function read (...routes: Array<string | Partial<RouteOptions>>): Promise<string[]> {
  const app = fastify({ exposeHeadRoutes: false })
  for (const route of routes) {
    const options = typeof route === 'string' ? { url: route } : route
    app.route({ method: 'GET', url: '/', handler: async () => {}, ...options })
  }
  await app.ready()
  return printedRoutes(app.printRoutes()).map(({ method, url }) => `${method} ${url}`)
}

t.test('each route is read with its whole path', async (t) => {
  t.strictSame(await read('/', '/health', '/health/live', '/help'), ['GET /', 'GET /health', 'GET /health/live', 'GET /help'])
  t.strictSame(await read('/health'), ['GET /health'])
})

t.test('a route is read once for each of its methods', async (t) => {
  t.strictSame(await read({ method: ['GET', 'POST'], url: '/orders' }, { method: 'DELETE', url: '/orders/:id' }), [
    'GET /orders', 'POST /orders', 'DELETE /orders/:id'
  ])
})

t.test('what only lies on the way to a route is none', async (t) => {
  t.strictSame(await read('/orders/open', '/orders/old'), ['GET /orders/open', 'GET /orders/old'])
})

t.test('a branch that ends does not leak into the next', async (t) => {
  t.strictSame(await read('/a/b/c/d', '/a/b/x', '/a/y', '/z'), ['GET /a/b/c/d', 'GET /a/b/x', 'GET /a/y', 'GET /z'])
})

t.test('parameters and wildcards are read as they were declared', async (t) => {
  t.strictSame(await read('/orders/:id/lines', '/files/*', '/from/:a-:b', '/at/:hour(^\\d{2})h:minute(^\\d{2})m'), [
    'GET /orders/:id/lines', 'GET /files/*', 'GET /from/:a-:b', 'GET /at/:hour(^\\d{2})h:minute(^\\d{2})m'
  ])
})

t.test('the wildcard beside the root is read without a slash', async (t) => {
  t.strictSame(await read('/orders', { method: 'OPTIONS', url: '*' }), ['GET /orders', 'OPTIONS *'])
})

t.test('constraints are no part of the path', async (t) => {
  t.strictSame(await read({ url: '/shop', constraints: { host: 'basel.example' } }, { url: '/shop' }, '/shop/:id'), [
    'GET /shop', 'GET /shop', 'GET /shop/:id'
  ])
})

t.test('a path may end in what looks like a method', async (t) => {
  t.strictSame(await read('/say(GET)', '/say(GET)/:id'), ['GET /say(GET)', 'GET /say(GET)/:id'])
})

t.test('a tree without routes has none', async (t) => {
  t.strictSame(await read(), [])
  t.strictSame(printedRoutes(''), [])
})

t.test('a label may begin with a space', async (t) => {
  t.strictSame((await read('/h ello', '/health')).sort(), ['GET /h ello', 'GET /health'])
})

t.test('of two names for one parameter the first is taken', async (t) => {
  t.strictSame(await read('/orders/:id', { method: 'DELETE', url: '/orders/:order' }), ['GET /orders/:id', 'DELETE /orders/:id'])
})
