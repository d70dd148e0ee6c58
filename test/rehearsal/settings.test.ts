import t from 'tap'

import { unfit } from '../../lib/rehearsal/platform'
import { bounds, readSettings } from '../../lib/rehearsal/settings'
import type { RehearsalOptions } from '../../types/rehearsal'

t.test('the defaults are those of the documentation', async (t) => {
  t.match(readSettings({ command: ['node', 'server.js'] }), {
    order: ['deregister-first', 'together', 'signal-first'],
    lag: 'normal',
    lagSeconds: [1, 5],
    tasks: 2,
    nodes: 2,
    rate: 100,
    deployments: 1,
    seed: 1,
    seeds: 1,
    stopTimeout: 30,
    deregistrationDelay: 10,
    healthPath: '/health',
    checksWhileDraining: false,
    oneWayDelay: 0.5,
    probes: true,
    controls: false,
    healthCheck: { intervalSeconds: 5, timeoutSeconds: 2, unhealthyThreshold: 2, healthyThreshold: 2 },
    routes: [{ name: 'GET /', path: '/' }]
  })
})

t.test('a path alone is what users ask for', async (t) => {
  const command = ['node', 'server.js'] as const

  t.match(readSettings({ command, path: '/orders?limit=1' }).routes, [{ name: 'GET /orders?limit=1', path: '/orders?limit=1' }])
  t.throws(() => readSettings({ command, path: 'orders' }), { message: /path must be a path that begins with '\/', but is 'orders'/ })
  t.throws(() => readSettings({ command, path: '/', routes: [{ path: '/orders' }] }), { message: /path must be left out where there are routes, but is '\/'/ })
})

t.test('no process can be stopped on Windows as ECS stops it', async (t) => {
  t.match(unfit('win32'), 'WSL')
  t.strictSame([unfit('linux'), unfit('darwin'), unfit()], [undefined, undefined, undefined])
})

t.test('without a command it is the sample, with its own mix', async (t) => {
  const { command, routes } = readSettings({})

  t.match(command.at(-1), /sample.server/)
  t.ok(routes.length > 5)
})

t.test('harsh lag checks on draining targets, and has a longer way', async (t) => {
  t.match(readSettings({ lag: 'harsh' }), { lagSeconds: [4, 12], checksWhileDraining: true, oneWayDelay: 5 })
  t.match(readSettings({ lag: 'harsh', checksWhileDraining: false }), { checksWhileDraining: false })
  t.match(readSettings({ lag: [2, 8] }), { lag: [2, 8], lagSeconds: [2, 8], checksWhileDraining: false })
})

t.test('a health check can be given as text or as an object', async (t) => {
  const expected = { intervalSeconds: 30, timeoutSeconds: 5, unhealthyThreshold: 3, healthyThreshold: 2 }

  t.strictSame(readSettings({ healthCheck: '30/5/3' }).healthCheck, expected)
  t.strictSame(readSettings({ healthCheck: { intervalSeconds: 30, timeoutSeconds: 5, unhealthyThreshold: 3 } }).healthCheck, expected)
})

const wrong: Array<[options: object, message: RegExp]> = [
  [{ taks: 2 }, /there is no option taks: known are .*tasks/],
  [{ tasks: 0 }, /^tasks must be a whole number from 1 to 20, but is 0$/],
  [{ tasks: '2' }, /^tasks must be .* but is '2'$/],
  [{ rate: NaN }, /^rate must be .* but is NaN$/],
  [{ order: 'sideways' }, /^order must be 'deregister-first' or .* but is 'sideways'$/],
  [{ order: [] }, /^order must be one or more of/],
  [{ lag: 'awful' }, /^lag must be ideal, normal, harsh, or a range of seconds such as \[1, 5\], but is 'awful'$/],
  [{ lag: [5, 1] }, /^lag must be /],
  [{ healthPath: 'health' }, /^healthPath must be a path that begins with '\/'/],
  [{ healthCheck: '5/2' }, /^healthCheck must be 'interval\/timeout\/unhealthy threshold', such as '5\/2\/2', but is '5\/2'$/],
  [{ healthCheck: '2/1/2' }, /^healthCheck.intervalSeconds must be a whole number from 5 to 300, but is 2$/],
  [{ healthCheck: '5/5/2' }, /^healthCheck.timeoutSeconds must be less than the interval, 5, but is 5$/],
  [{ stopTimeout: 30_000 }, /^stopTimeout must be a whole number from 2 to 3600, but is 30000$/],
  [{ env: { PORT: 1 } }, /^env.PORT must be a text, but is 1$/],
  [{ command: [] }, /^command must be a list such as/],
  [{ command: 'node server.js' }, /^command must be a list such as/],
  [{ maximumPercent: 100 }, /^maximumPercent must be large enough for one more task than 2, or .* for one less, but is 100$/],
  [{ routes: [{ path: 'x' }] }, /^routes must be a list of routes/],
  [{ routes: [{ pth: '/' }] }, /^there is no option routes\[0\].pth: known are name, method, path/],
  [{ routes: [{ name: 'a' }] }, /^routes\[0\].path must be a path such as \/orders, but is undefined$/],
  [{ routes: [{ path: '/' }, { path: 3 }] }, /^routes\[1\].path must be a text, but is 3$/],
  [{ routes: ['/'] }, /^routes\[0\] must be an object, but is '\/'$/],
  [{ routes: [{ path: '/', expect: { stats: 200 } }] }, /^there is no option routes\[0\].expect.stats/],
  [{ routes: [{ path: '/', headers: { accept: 1 } }] }, /^routes\[0\].headers.accept must be a text, but is 1$/],
  [{ routes: [{ path: '/', effect: 'yes' }] }, /^routes\[0\].effect must be true or false/],
  [{ routes: [] }, /^routes must be a list of routes, each with a path/],
  [{ pid1: 'yes' }, /^pid1 must be true or false, but is 'yes'$/]
]

for (const [options, message] of wrong) {
  t.test(`${JSON.stringify(options)} is refused by name and value`, async (t) => {
    t.throws(() => readSettings(options as RehearsalOptions), { code: /^FST_ECS_OPTION_/, message })
  })
}

t.test('bounds include their ends', async (t) => {
  for (const [name, [least, most]] of Object.entries(bounds)) {
    if (name === 'minimumHealthyPercent' || name === 'maximumPercent') continue
    t.equal(readSettings({ [name]: least })[name as keyof typeof bounds], least)
    t.equal(readSettings({ [name]: most })[name as keyof typeof bounds], most)
  }
})
