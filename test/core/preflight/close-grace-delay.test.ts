import t from 'tap'

import { closeGraceDelay } from '../../../lib/core/preflight/close-grace-delay'

const delay = (command: string, env = {}): number | undefined => closeGraceDelay(command.split(' '), env)

t.test('fastify-cli is known by its program and its command, however it was started', async (t) => {
  t.strictSame([
    'fastify start app.js', '/app/node_modules/.bin/fastify start app.js', 'node /app/node_modules/fastify-cli/cli.js start app.js', 'npx fastify start app.js'
  ].map((command) => delay(command)), [500, 500, 500, 500])
})

t.test('its limit is what it was given last', async (t) => {
  t.strictSame([
    'fastify start -g 30000 app.js', 'fastify start --close-grace-delay 30000 app.js', 'fastify start --close-grace-delay=30000 app.js',
    'fastify start -g30000 app.js', 'fastify start app.js -g 500 -g 30000', 'fastify start --closeGraceDelay 30000 app.js',
    'fastify start --closeGraceDelay=30000 app.js', 'fastify start -Pg 30000 app.js', 'fastify start -c cli.json -g 30000 app.js'
  ].map((command) => delay(command)), Array(9).fill(30_000))
  t.equal(delay('fastify start app.js', { FASTIFY_CLOSE_GRACE_DELAY: '20000' }), 20_000)
  t.equal(delay('fastify start -g 30000 app.js', { FASTIFY_CLOSE_GRACE_DELAY: '20000' }), 30_000)
})

t.test('a file of its own may say it, and then it is not known', async (t) => {
  t.strictSame(['fastify start -c cli.json app.js', 'fastify start --config=cli.json app.js', 'fastify start -Pc cli.json app.js'].map((command) => delay(command)),
    Array(3).fill(undefined))
  t.equal(delay('fastify start app.js', { FASTIFY_CONFIG: 'cli.json' }), undefined)
})

t.test('what follows -- is the application\'s', async (t) => {
  t.strictSame(['fastify start app.js -- -g 1', 'fastify start app.js -g 30000 -- -g 1'].map((command) => delay(command)), [500, 30_000])
})

t.test('what is no fastify-cli has no such limit, and what is no number is not known', async (t) => {
  t.strictSame(['node server.js', 'fastify print-routes app.js', 'node fastify.js start', 'fastify', 'fastify start -g soon'].map((command) => delay(command)),
    Array(5).fill(undefined))
})
