import t from 'tap'

import { NO_ROUTE, RouteTemplates } from '../../lib/core/route-template'

function templates (...urls: string[]) {
  return new RouteTemplates(urls.map((url) => ({ method: 'GET', url })))
}

/** What each path is named, where these are the routes. */
function named (urls: string[], paths: string[]) {
  const routes = templates(...urls)
  return paths.map((path) => routes.of('GET', path))
}

t.test('a request that fits no route has none, and its URL is not repeated', async (t) => {
  t.equal(templates('/orders').of('GET', '/secret-token'), NO_ROUTE)
  t.equal(new RouteTemplates([]).of('GET', '/'), NO_ROUTE)
})

t.test('a request is named by its method\'s own routes', async (t) => {
  const routes = new RouteTemplates([{ method: 'GET', url: '/orders/:id' }, { method: 'DELETE', url: '/orders/:order' }])

  t.equal(routes.of('DELETE', '/orders/7'), '/orders/:order')
  t.equal(routes.of('PUT', '/orders/7'), NO_ROUTE)
})

t.test('a parameter stands for one segment that is not empty', async (t) => {
  t.strictSame(named(['/orders/:id'], ['/orders/7', '/orders/', '/orders/7/lines', '/orders']),
    ['/orders/:id', NO_ROUTE, NO_ROUTE, NO_ROUTE])
})

t.test('the query is no part of the path', async (t) => {
  t.strictSame(named(['/orders/:id'], ['/orders/7?token=secret', '/orders/7?a=/b', '/orders/7#x', '/orders/7;v=1']),
    ['/orders/:id', '/orders/:id', '/orders/:id', '/orders/:id'])
})

t.test('a slash at the end and the case of letters make no other route', async (t) => {
  t.strictSame(named(['/orders', '/'], ['/orders/', '/Orders', '/']), ['/orders', '/orders', '/'])
})

t.test('a route without parameters comes before one with, fewer before more, a wildcard last', async (t) => {
  const urls = ['*', '/:shop/:id', '/orders/:id', '/orders/open']

  t.strictSame(named(urls, ['/orders/open', '/orders/7', '/shoes/7', '/a/b/c']), ['/orders/open', '/orders/:id', '/:shop/:id', '*'])
})

t.test('several parameters may share a segment', async (t) => {
  t.strictSame(named(['/from/:a-:b', '/file/:name.png'], ['/from/basel-bern', '/from/basel', '/file/a.png', '/file/a.jpg']),
    ['/from/:a-:b', NO_ROUTE, '/file/:name.png', NO_ROUTE])
})

t.test('an optional parameter may be absent', async (t) => {
  t.strictSame(named(['/orders/:id?'], ['/orders', '/orders/', '/orders/7', '/orders/7/lines']),
    ['/orders/:id?', '/orders/:id?', '/orders/:id?', NO_ROUTE])
})

t.test('a parameter\'s own pattern is taken for anything', async (t) => {
  t.strictSame(named(['/orders/:id(^\\d+$)/lines', '/:file(^[a-z]+(b|c)).png'], ['/orders/7/lines', '/orders/x/lines', '/ab.png', '/ab.jpg']),
    ['/orders/:id(^\\d+$)/lines', '/orders/:id(^\\d+$)/lines', '/:file(^[a-z]+(b|c)).png', NO_ROUTE])
})

t.test('two parameters with patterns of their own may share a segment', async (t) => {
  const url = '/at/:hour(^\\d{2})h:minute(^\\d{2})m'

  t.strictSame(named([url], ['/at/08h15m', '/at/08h15m/x']), [url, NO_ROUTE])
})

t.test('a path that nearly fits several parameters of a segment is given up at once, however long it is', async (t) => {
  const urls = ['/:a-:b-:c-:d', '/at/:hour(^\\d{2})h:minute(^\\d{2})m', '/:a--:b.:c.json']
  const dashes = '-'.repeat(16_000)

  // Were a path tried in every way in which it could be divided, this would not end.
  t.strictSame(named(urls, [`/${dashes}/x`, `/at/${dashes}/x`, `/${dashes}${'.'.repeat(16_000)}/x`]), [NO_ROUTE, NO_ROUTE, NO_ROUTE])
  t.strictSame(urls.map((url, index) => named([url], [['/x--y-z-w', '/at/08h15m', '/a-b--c.d.e.json'][index]!])[0]), urls)
})

t.test('a doubled colon is a colon', async (t) => {
  t.strictSame(named(['/v1/name::verb'], ['/v1/name:verb', '/v1/nameverb']), ['/v1/name::verb', NO_ROUTE])
})

t.test('what means something in a regular expression means itself in a route', async (t) => {
  t.strictSame(named(['/a.b', '/a+b', '/[y]', '/$z', '/a|b'], ['/a.b', '/axb', '/aab', '/a+b', '/y', '/[y]', '/$z', '/a|b']),
    ['/a.b', NO_ROUTE, NO_ROUTE, '/a+b', NO_ROUTE, '/[y]', '/$z', '/a|b'])
})

t.test('what is static for longer comes first, whatever was declared first', async (t) => {
  t.strictSame(named(['*', '/orders/*', '/a/:p/c', '/a/b/:q', '/:x', '/a::b'], ['/orders/7/x', '/a/b/c', '/a:b', '/other/x']),
    ['/orders/*', '/a/b/:q', '/a::b', '*'])
})

t.test('a path is compared as it is decoded, and one that cannot be decoded as it is', async (t) => {
  t.strictSame(named(['/café', '/:name'], ['/caf%C3%A9', '/%E0%A4%A']), ['/café', '/:name'])
})
